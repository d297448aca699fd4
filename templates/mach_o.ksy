meta:
  id: mach_o
  title: Mach-O program, library or object (macOS, iOS), also universal
  file-extension: [macho, dylib, bundle, o, dsym]
  xref:
    mime: application/x-mach-binary
    pronom: [fmt/692, fmt/693]
    wikidata: Q2627217
  license: MIT
  endian: be
  encoding: UTF-8
doc: |
  One image, or a universal file with an image for each processor. An image has a header and load commands, which name
  everything else: segments with sections, symbols, libraries, the code signature.
doc-ref:
  - https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h mach-o/loader.h
  - https://github.com/apple-oss-distributions/cctools/blob/main/include/mach-o/fat.h mach-o/fat.h
seq:
  - id: magic
    type: u4
    valid:
      any-of: [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe, 0xcafebabf]
    doc: Java classes begin with the one of universal files
instances:
  kind:
    value: magic
    enum: magic
  is_universal:
    value: kind == magic::universal or kind == magic::universal_64
  universal:
    pos: 4
    type: universal
    if: is_universal
  image:
    pos: 0
    type: image
    if: not is_universal
types:
  universal:
    seq:
      - id: num_images
        type: u4
        valid:
          max: 42
        doc: In a Java class its version stands here, 43 at least
      - id: images
        type: slice
        repeat: expr
        repeat-expr: num_images
  slice:
    doc-ref: mach-o/fat.h struct fat_arch, struct fat_arch_64
    seq:
      - id: processor
        type: u4
        enum: processor
      - id: subtype
        type: u4
      - id: offset
        type:
          switch-on: _root.kind
          cases:
            magic::universal_64: u8
            _: u4
      - id: length
        type:
          switch-on: _root.kind
          cases:
            magic::universal_64: u8
            _: u4
      - id: alignment
        type: u4
        doc: As a power of 2
      - id: reserved
        type: u4
        if: _root.kind == magic::universal_64
    instances:
      image:
        io: _root._io
        pos: offset
        size: length
        type: image
        doc: Its offsets count from its own start
  image:
    seq:
      - id: magic
        type: u4
        enum: magic
      - id: body
        type: image_body(magic == magic::le_64 or magic == magic::be_64, magic == magic::le_32 or magic == magic::le_64)
    types:
      image_body:
        meta:
          endian:
            switch-on: is_little
            cases:
              true: le
              false: be
        params:
          - id: is_64
            type: bool
          - id: is_little
            type: bool
        doc-ref: mach-o/loader.h struct mach_header, struct mach_header_64
        seq:
          - id: processor
            type: u4
            enum: processor
          - id: subtype
            type: u4
            doc: The highest byte holds capabilities
          - id: file_type
            type: u4
            enum: file_type
          - id: num_commands
            type: u4
          - id: len_commands
            type: u4
          - id: flags
            type: header_flags
          - id: reserved
            type: u4
            if: is_64
          - id: commands
            type: command(_io, is_64)
            repeat: expr
            repeat-expr: num_commands
        types:
          header_flags:
            seq:
              - id: value
                type: u4
            instances:
              no_undefined:
                value: value & 1 != 0
              incremental:
                value: value & 2 != 0
              for_dynamic_linker:
                value: value & 4 != 0
              two_level:
                value: value & 0x80 != 0
                doc: Undefined symbols name their library
              flat:
                value: value & 0x100 != 0
              subsections_via_symbols:
                value: value & 0x2000 != 0
              weak_defines:
                value: value & 0x8000 != 0
              binds_to_weak:
                value: value & 0x10000 != 0
              allows_stack_execution:
                value: value & 0x20000 != 0
              pie:
                value: value & 0x200000 != 0
                doc: May be loaded anywhere
              has_thread_variables:
                value: value & 0x800000 != 0
              no_heap_execution:
                value: value & 0x1000000 != 0
              app_extension_safe:
                value: value & 0x2000000 != 0
          command:
            doc-ref: mach-o/loader.h struct load_command
            params:
              - id: file
                type: io
              - id: is_64
                type: bool
            seq:
              - id: type
                type: u4
                enum: command
              - id: length
                type: u4
                valid:
                  min: 8
              - id: body
                size: length - 8
                type:
                  switch-on: type
                  cases:
                    command::segment: segment(file, false)
                    command::segment_64: segment(file, true)
                    command::symbols: symbol_table(file, is_64)
                    command::dynamic_symbols: dynamic_symbols
                    command::load_library: library
                    command::library_id: library
                    command::load_weak_library: library
                    command::reexport_library: library
                    command::lazy_load_library: library
                    command::load_upward_library: library
                    command::load_dynamic_linker: path
                    command::dynamic_linker_id: path
                    command::dynamic_linker_environment: path
                    command::rpath: path
                    command::sub_framework: path
                    command::sub_client: path
                    command::uuid: uuid
                    command::code_signature: signature(file)
                    command::segment_split_info: linkedit_data(file)
                    command::function_starts: linkedit_data(file)
                    command::data_in_code: linkedit_data(file)
                    command::library_requirements: linkedit_data(file)
                    command::linker_optimization_hint: linkedit_data(file)
                    command::exports_trie: linkedit_data(file)
                    command::chained_fixups: linkedit_data(file)
                    command::encryption_info: encryption_info
                    command::encryption_info_64: encryption_info
                    command::dyld_info: dyld_info(file)
                    command::dyld_info_only: dyld_info(file)
                    command::version_min_macos: version_min
                    command::version_min_ios: version_min
                    command::version_min_tvos: version_min
                    command::version_min_watchos: version_min
                    command::build_version: build_version
                    command::source_version: source_version
                    command::main: main
                    command::linker_option: linker_option
                    command::thread: thread
                    command::unix_thread: thread
                    command::note: note(file)
          segment:
            doc-ref: mach-o/loader.h struct segment_command, struct segment_command_64
            params:
              - id: file
                type: io
              - id: is_64
                type: bool
            seq:
              - id: name
                type: strz
                size: 16
              - id: address
                type:
                  switch-on: is_64
                  cases:
                    true: u8
                    false: u4
              - id: length_memory
                type:
                  switch-on: is_64
                  cases:
                    true: u8
                    false: u4
              - id: offset
                type:
                  switch-on: is_64
                  cases:
                    true: u8
                    false: u4
              - id: length
                type:
                  switch-on: is_64
                  cases:
                    true: u8
                    false: u4
                doc: In the file
              - id: most_protection
                type: protection
              - id: first_protection
                type: protection
              - id: num_sections
                type: u4
              - id: flags
                type: u4
              - id: sections
                type: section(file, is_64)
                repeat: expr
                repeat-expr: num_sections
          protection:
            seq:
              - id: value
                type: u4
            instances:
              readable:
                value: value & 1 != 0
              writable:
                value: value & 2 != 0
              executable:
                value: value & 4 != 0
          section:
            doc-ref: mach-o/loader.h struct section, struct section_64
            params:
              - id: file
                type: io
              - id: is_64
                type: bool
            seq:
              - id: name
                type: strz
                size: 16
              - id: segment_name
                type: strz
                size: 16
              - id: address
                type:
                  switch-on: is_64
                  cases:
                    true: u8
                    false: u4
              - id: length
                type:
                  switch-on: is_64
                  cases:
                    true: u8
                    false: u4
              - id: offset
                type: u4
              - id: alignment
                type: u4
                doc: As a power of 2
              - id: ofs_relocations
                type: u4
              - id: num_relocations
                type: u4
              - id: flags
                type: u4
              - id: reserved_1
                type: u4
                doc: First index in the table of indirect symbols, in sections that use it
              - id: reserved_2
                type: u4
                doc: Bytes of one stub, in sections of stubs
              - id: reserved_3
                type: u4
                if: is_64
            instances:
              type:
                value: flags & 0xff
                enum: section_type
              has_code_only:
                value: flags & 0x80000000 != 0
              has_code:
                value: flags & 0x400 != 0
              is_debug:
                value: flags & 0x2000000 != 0
              is_zero:
                value: type == section_type::zero_fill or type == section_type::zero_fill_gb or type == section_type::thread_zero_fill
                doc: Takes no place in the file
              body:
                io: file
                pos: offset
                size: length
                if: not is_zero and offset != 0
              relocations:
                io: file
                pos: ofs_relocations
                type: relocation
                repeat: expr
                repeat-expr: num_relocations
                if: num_relocations != 0
          relocation:
            doc-ref: https://github.com/apple-oss-distributions/cctools/blob/main/include/mach-o/reloc.h struct relocation_info
            seq:
              - id: address
                type: s4
              - id: info
                type: u4
                doc: Packed in the byte order of the file
          symbol_table:
            doc-ref: mach-o/loader.h struct symtab_command
            params:
              - id: file
                type: io
              - id: is_64
                type: bool
            seq:
              - id: ofs_symbols
                type: u4
              - id: num_symbols
                type: u4
              - id: ofs_strings
                type: u4
              - id: len_strings
                type: u4
            instances:
              symbols:
                io: file
                pos: ofs_symbols
                type: symbol(is_64, ofs_strings)
                size: 'is_64 ? 16 : 12'
                repeat: expr
                repeat-expr: num_symbols
              strings:
                io: file
                pos: ofs_strings
                size: len_strings
          symbol:
            doc-ref: https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/nlist.h mach-o/nlist.h
            params:
              - id: is_64
                type: bool
              - id: ofs_strings
                type: u4
            seq:
              - id: ofs_name
                type: u4
              - id: type_bits
                type: u1
              - id: section_number
                type: u1
                doc: Counted from 1 over all segments; 0 for none
              - id: description
                type: u2
              - id: value
                type:
                  switch-on: is_64
                  cases:
                    true: u8
                    false: u4
            instances:
              name:
                io: _parent._parent.as<command>.file
                pos: ofs_strings + ofs_name
                type: strz
              is_debug:
                value: type_bits & 0xe0 != 0
              is_external:
                value: type_bits & 1 != 0
              is_private_external:
                value: type_bits & 0x10 != 0
              kind:
                value: type_bits & 0xe
                enum: symbol_kind
                if: not is_debug
          dynamic_symbols:
            doc: Which symbols are local, defined and undefined, and tables that only old linkers use
            doc-ref: mach-o/loader.h struct dysymtab_command
            seq:
              - id: first_local
                type: u4
              - id: num_local
                type: u4
              - id: first_defined
                type: u4
              - id: num_defined
                type: u4
              - id: first_undefined
                type: u4
              - id: num_undefined
                type: u4
              - id: ofs_contents
                type: u4
              - id: num_contents
                type: u4
              - id: ofs_modules
                type: u4
              - id: num_modules
                type: u4
              - id: ofs_references
                type: u4
              - id: num_references
                type: u4
              - id: ofs_indirect
                type: u4
              - id: num_indirect
                type: u4
              - id: ofs_external_relocations
                type: u4
              - id: num_external_relocations
                type: u4
              - id: ofs_local_relocations
                type: u4
              - id: num_local_relocations
                type: u4
          library:
            doc-ref: mach-o/loader.h struct dylib_command
            seq:
              - id: ofs_name
                type: u4
              - id: timestamp
                type: u4
              - id: version
                type: version
              - id: compatible_version
                type: version
            instances:
              name:
                pos: ofs_name - 8
                type: strz
          path:
            seq:
              - id: ofs_path
                type: u4
            instances:
              path:
                pos: ofs_path - 8
                type: strz
          version:
            seq:
              - id: value
                type: u4
            instances:
              text:
                value: (value >> 16).to_s + "." + (value >> 8 & 0xff).to_s + "." + (value & 0xff).to_s
          uuid:
            seq:
              - id: uuid
                size: 16
          signature:
            params:
              - id: file
                type: io
            seq:
              - id: offset
                type: u4
              - id: length
                type: u4
            instances:
              blob:
                io: file
                pos: offset
                size: length
                type: signature_super_blob
          linkedit_data:
            doc-ref: mach-o/loader.h struct linkedit_data_command
            params:
              - id: file
                type: io
            seq:
              - id: offset
                type: u4
              - id: length
                type: u4
            instances:
              body:
                io: file
                pos: offset
                size: length
                if: length != 0
          encryption_info:
            seq:
              - id: offset
                type: u4
              - id: length
                type: u4
              - id: system
                type: u4
                doc: 0 where it is not encrypted yet
              - id: padding
                size-eos: true
          dyld_info:
            doc-ref: mach-o/loader.h struct dyld_info_command
            params:
              - id: file
                type: io
            seq:
              - id: rebase
                type: stretch(file)
              - id: bind
                type: stretch(file)
              - id: weak_bind
                type: stretch(file)
              - id: lazy_bind
                type: stretch(file)
              - id: exports
                type: stretch(file)
          stretch:
            params:
              - id: file
                type: io
            seq:
              - id: offset
                type: u4
              - id: length
                type: u4
            instances:
              body:
                io: file
                pos: offset
                size: length
                if: length != 0
          version_min:
            seq:
              - id: version
                type: version
              - id: sdk
                type: version
          build_version:
            doc-ref: mach-o/loader.h struct build_version_command
            seq:
              - id: platform
                type: u4
                enum: platform
              - id: min_os
                type: version
              - id: sdk
                type: version
              - id: num_tools
                type: u4
              - id: tools
                type: build_tool
                repeat: expr
                repeat-expr: num_tools
          build_tool:
            seq:
              - id: tool
                type: u4
                enum: tool
              - id: version
                type: version
          source_version:
            doc: Five numbers A.B.C.D.E of 24, 10, 10, 10 and 10 bits
            seq:
              - id: value
                type: u8
            instances:
              text:
                value: (value >> 40).to_s + "." + (value >> 30 & 0x3ff).to_s + "." + (value >> 20 & 0x3ff).to_s + "." + (value >> 10 & 0x3ff).to_s + "." + (value & 0x3ff).to_s
          main:
            seq:
              - id: ofs_entry
                type: u8
              - id: len_stack
                type: u8
                doc: 0 for the usual
          linker_option:
            seq:
              - id: num_strings
                type: u4
              - id: strings
                type: strz
                repeat: expr
                repeat-expr: num_strings
          thread:
            doc: Registers at the start, in groups
            seq:
              - id: states
                type: thread_state
                repeat: until
                repeat-until: _io.size - _io.pos < 8
          thread_state:
            seq:
              - id: flavor
                type: u4
              - id: num_words
                type: u4
              - id: words
                type: u4
                repeat: expr
                repeat-expr: num_words
          note:
            params:
              - id: file
                type: io
            seq:
              - id: owner
                type: strz
                size: 16
              - id: offset
                type: u8
              - id: length
                type: u8
            instances:
              body:
                io: file
                pos: offset
                size: length
  signature_super_blob:
    doc: Always big-endian
    doc-ref: https://github.com/apple-oss-distributions/xnu/blob/main/osfmk/kern/cs_blobs.h struct __SC_SuperBlob
    seq:
      - id: magic
        type: u4
        enum: blob_magic
        valid: blob_magic::embedded_signature
      - id: length
        type: u4
      - id: num_blobs
        type: u4
      - id: blobs
        type: signature_index
        repeat: expr
        repeat-expr: num_blobs
  signature_index:
    seq:
      - id: slot
        type: u4
        enum: slot
      - id: offset
        type: u4
    instances:
      blob:
        pos: offset
        type: signature_blob
  signature_blob:
    seq:
      - id: magic
        type: u4
        enum: blob_magic
      - id: length
        type: u4
        valid:
          min: 8
      - id: body
        size: length - 8
        type:
          switch-on: magic
          cases:
            blob_magic::code_directory: code_directory
            blob_magic::entitlements: signature_text
  signature_text:
    seq:
      - id: text
        type: str
        size-eos: true
  code_directory:
    doc-ref: https://github.com/apple-oss-distributions/xnu/blob/main/osfmk/kern/cs_blobs.h struct __CodeDirectory
    seq:
      - id: version
        type: u4
      - id: flags
        type: u4
      - id: ofs_hashes
        type: u4
        doc: From the start of the blob, 8 bytes before this; special slots lie before it
      - id: ofs_identifier
        type: u4
      - id: num_special_slots
        type: u4
      - id: num_code_slots
        type: u4
      - id: len_code
        type: u4
        doc: How much of the file is signed
      - id: len_hash
        type: u1
      - id: hash_type
        type: u1
        enum: hash_type
      - id: platform
        type: u1
      - id: page_bits
        type: u1
        doc: log2 of the bytes that one hash is over; 0 for all
      - id: spare_2
        type: u4
      - id: ofs_scatter
        type: u4
        if: version >= 0x20100
      - id: ofs_team
        type: u4
        if: version >= 0x20200
      - id: spare_3
        type: u4
        if: version >= 0x20300
      - id: len_code_64
        type: u8
        if: version >= 0x20300
      - id: executable_offset
        type: u8
        if: version >= 0x20400
      - id: executable_length
        type: u8
        if: version >= 0x20400
      - id: executable_flags
        type: u8
        if: version >= 0x20400
    instances:
      identifier:
        pos: ofs_identifier - 8
        type: strz
      team:
        pos: ofs_team - 8
        type: strz
        if: version >= 0x20200 and ofs_team != 0
      code_hashes:
        pos: ofs_hashes - 8
        size: len_hash
        repeat: expr
        repeat-expr: num_code_slots
      special_hashes:
        pos: ofs_hashes - 8 - num_special_slots * len_hash
        size: len_hash
        repeat: expr
        repeat-expr: num_special_slots
        doc: The last slot comes first
enums:
  magic:
    0xfeedface: be_32
    0xfeedfacf: be_64
    0xcefaedfe: le_32
    0xcffaedfe: le_64
    0xcafebabe: universal
    0xcafebabf: universal_64
  processor:
    1: vax
    6: m68k
    7: x86
    10: hppa
    12: arm
    14: sparc
    18: powerpc
    0x1000007: x86_64
    0x100000c: arm_64
    0x1000012: powerpc_64
    0x200000c: arm_64_32
  file_type:
    1: object
    2: executable
    3: fixed_vm_library
    4: core
    5: preloaded
    6: dynamic_library
    7: dynamic_linker
    8: bundle
    9: library_stub
    10: debug_symbols
    11: kernel_extension
    12: file_set
  command:
    0x1: segment
    0x2: symbols
    0x3: gdb_symbols
    0x4: thread
    0x5: unix_thread
    0xb: dynamic_symbols
    0xc: load_library
    0xd: library_id
    0xe: load_dynamic_linker
    0xf: dynamic_linker_id
    0x10: prebound_library
    0x11: routines
    0x12: sub_framework
    0x13: sub_umbrella
    0x14: sub_client
    0x15: sub_library
    0x16: two_level_hints
    0x17: prebind_checksum
    0x19: segment_64
    0x1a: routines_64
    0x1b: uuid
    0x1d: code_signature
    0x1e: segment_split_info
    0x20: lazy_load_library
    0x21: encryption_info
    0x22: dyld_info
    0x24: version_min_macos
    0x25: version_min_ios
    0x26: function_starts
    0x27: dynamic_linker_environment
    0x29: data_in_code
    0x2a: source_version
    0x2b: library_requirements
    0x2c: encryption_info_64
    0x2d: linker_option
    0x2e: linker_optimization_hint
    0x2f: version_min_tvos
    0x30: version_min_watchos
    0x31: note
    0x32: build_version
    0x80000018: load_weak_library
    0x8000001c: rpath
    0x8000001f: reexport_library
    0x80000022: dyld_info_only
    0x80000023: load_upward_library
    0x80000028: main
    0x80000033: exports_trie
    0x80000034: chained_fixups
    0x80000035: fileset_entry
  section_type:
    0: regular
    1: zero_fill
    2: c_strings
    3: literals_4
    4: literals_8
    5: literal_pointers
    6: non_lazy_pointers
    7: lazy_pointers
    8: stubs
    9: init_functions
    10: term_functions
    11: coalesced
    12: zero_fill_gb
    13: interposing
    14: literals_16
    15: dtrace
    16: lazy_library_pointers
    17: thread_data
    18: thread_zero_fill
    19: thread_variables
    20: thread_variable_pointers
    21: thread_init_functions
    22: init_offsets
  symbol_kind:
    0: undefined
    2: absolute
    10: indirect
    12: prebound
    14: in_section
  platform:
    1: macos
    2: ios
    3: tvos
    4: watchos
    5: bridge_os
    6: mac_catalyst
    7: ios_simulator
    8: tvos_simulator
    9: watchos_simulator
    10: driver_kit
    11: visionos
    12: visionos_simulator
  tool:
    1: clang
    2: swift
    3: ld
    4: lld
  blob_magic:
    0xfade0c00: requirement
    0xfade0c01: requirements
    0xfade0c02: code_directory
    0xfade0cc0: embedded_signature
    0xfade0b01: cms
    0xfade7171: entitlements
    0xfade7172: entitlements_der
  slot:
    0: code_directory
    1: info_plist
    2: requirements
    3: resources
    4: application
    5: entitlements
    7: entitlements_der
    0x1000: alternate_code_directory_1
    0x1001: alternate_code_directory_2
    0x1002: alternate_code_directory_3
    0x1003: alternate_code_directory_4
    0x10000: cms_signature
  hash_type:
    0: none
    1: sha1
    2: sha256
    3: sha256_truncated
    4: sha384
