# Builds the native core and its binding into build/Release/terahex.node.
{
  "targets": [
    {
      "target_name": "terahex",
      "sources": ["<!@(node native/binding/sources.js <(OS))"],
      "include_dirs": [".", "third_party", "third_party/re2", "<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": [
        "NAPI_VERSION=8",
        "NAPI_DISABLE_CPP_EXCEPTIONS",
        "NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["-std=c++20", "-fno-exceptions", "-fvisibility=hidden", "-Wall", "-Wextra"],
      "conditions": [
        ["OS=='linux'", {
          "defines": ["_FILE_OFFSET_BITS=64"],
          "cflags_cc": ["-ffunction-sections", "-fdata-sections"],
          "ldflags": ["-Wl,--gc-sections"]
        }],
        ["OS=='mac'", {
          "xcode_settings": {
            "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
            "CLANG_CXX_LIBRARY": "libc++",
            "GCC_ENABLE_CPP_EXCEPTIONS": "NO",
            "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
            "MACOSX_DEPLOYMENT_TARGET": "11.0"
          }
        }],
        ["OS=='win'", {
          # node-gyp's own default, but this addon depends on it: VS Code's process is not called node.exe, which the import
          # table names, so the functions are taken from whatever program loads it.
          "win_delay_load_hook": "true",
          "defines": ["UNICODE", "NOMINMAX", "WIN32_LEAN_AND_MEAN", "_HAS_EXCEPTIONS=0"],
          "msvs_settings": { "VCCLCompilerTool": { "AdditionalOptions": ["/std:c++20", "/utf-8"] } },
          "conditions": [
            # The fault guard goes on at a place that no shadow stack knows of, which a library that claims to fit them must not.
            ["target_arch=='x64'", { "msvs_settings": { "VCLinkerTool": { "AdditionalOptions": ["/CETCOMPAT:NO"] } } }]
          ]
        }]
      ]
    }
  ]
}
