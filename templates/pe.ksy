meta:
  id: pe
  title: PE program or library (Windows, UEFI, .NET)
  file-extension: [exe, dll, sys, efi, ocx, scr, cpl, drv, mui, acm, ax, winmd]
  xref:
    mime: application/vnd.microsoft.portable-executable
    pronom: [x-fmt/411, fmt/899, fmt/900]
    wikidata: Q1076355
  license: MIT
  endian: le
  bit-endian: le
  encoding: ASCII
  imports:
    - common/guid
doc: |
  A program for MS-DOS whose header points to the PE header, sections, and data directories that name places by their
  address in memory relative to the image base (RVA). `place` finds the section and the offset in the file of an RVA.
doc-ref: https://learn.microsoft.com/windows/win32/debug/pe-format PE Format
seq:
  - id: dos
    type: dos_header
instances:
  dos_stub:
    pos: 64
    size: dos.ofs_pe - 64
    if: dos.ofs_pe > 64
    doc: Says that it does not run under MS-DOS; linkers of Microsoft leave a Rich header at its end
  rich:
    pos: 128
    size: 'dos.ofs_pe - 128 > 4096 ? 4096 : dos.ofs_pe - 128'
    type: rich_header
    if: dos.ofs_pe >= 152
  pe:
    pos: dos.ofs_pe
    type: pe_header
  is_64:
    value: pe.optional.magic == image_kind::pe32_plus
  num_directories:
    value: pe.optional.directories.size
  exports:
    pos: pe.optional.directories[0].place.offset
    type: export_directory
    if: num_directories > 0 and pe.optional.directories[0].is_used
  imports:
    pos: pe.optional.directories[1].place.offset
    type: import_library
    repeat: until
    repeat-until: _.is_end or _io.eof
    if: num_directories > 1 and pe.optional.directories[1].is_used
    doc: The last one is empty
  resources:
    pos: pe.optional.directories[2].place.offset
    type: resource_directory(pe.optional.directories[2].place.offset, 0)
    if: num_directories > 2 and pe.optional.directories[2].is_used
    doc: By type, then by name, then by language
  exception_handlers:
    pos: pe.optional.directories[3].place.offset
    type: runtime_function
    repeat: expr
    repeat-expr: pe.optional.directories[3].length / 12
    if: num_directories > 3 and pe.optional.directories[3].is_used and pe.coff.machine == machine::amd64
  certificates:
    pos: pe.optional.directories[4].rva
    size: pe.optional.directories[4].length
    type: certificate_table
    if: num_directories > 4 and pe.optional.directories[4].is_used
    doc: The one directory that names an offset in the file
  relocations:
    pos: pe.optional.directories[5].place.offset
    size: pe.optional.directories[5].length
    type: relocation_table
    if: num_directories > 5 and pe.optional.directories[5].is_used
  debug:
    pos: pe.optional.directories[6].place.offset
    type: debug_entry
    repeat: expr
    repeat-expr: pe.optional.directories[6].length / 28
    if: num_directories > 6 and pe.optional.directories[6].is_used
  thread_storage:
    pos: pe.optional.directories[9].place.offset
    type: tls_directory
    if: num_directories > 9 and pe.optional.directories[9].is_used
  load_config:
    pos: pe.optional.directories[10].place.offset
    type: load_config
    if: num_directories > 10 and pe.optional.directories[10].is_used
  bound_imports:
    pos: pe.optional.directories[11].place.offset
    size: pe.optional.directories[11].length
    type: bound_import_table
    if: num_directories > 11 and pe.optional.directories[11].is_used
  delay_imports:
    pos: pe.optional.directories[13].place.offset
    type: delay_import_library
    repeat: until
    repeat-until: _.is_end or _io.eof
    if: num_directories > 13 and pe.optional.directories[13].is_used
    doc: Loaded at the first call; the last one is empty
  clr:
    pos: pe.optional.directories[14].place.offset
    type: clr_header
    if: num_directories > 14 and pe.optional.directories[14].is_used
    doc: Of a .NET assembly
  symbols:
    pos: pe.coff.ofs_symbols
    type: symbol
    size: 18
    repeat: expr
    repeat-expr: pe.coff.num_symbols
    if: pe.coff.ofs_symbols != 0
  ofs_symbol_names:
    value: pe.coff.ofs_symbols + pe.coff.num_symbols * 18
    if: pe.coff.ofs_symbols != 0
    doc: Of names of more than 8 bytes, counted from their length field
types:
  dos_header:
    doc-ref: https://learn.microsoft.com/archive/msdn-magazine/2002/february/inside-windows-win32-portable-executable-file-format-in-detail The MS-DOS Header
    seq:
      - id: magic
        contents: MZ
      - id: len_last_page
        type: u2
        doc: Bytes used of the last page of 512; 0 for all
      - id: num_pages
        type: u2
      - id: num_relocations
        type: u2
      - id: len_header_paragraphs
        type: u2
        doc: In units of 16 bytes
      - id: min_paragraphs
        type: u2
      - id: max_paragraphs
        type: u2
      - id: initial_ss
        type: u2
      - id: initial_sp
        type: u2
      - id: checksum
        type: u2
      - id: initial_ip
        type: u2
      - id: initial_cs
        type: u2
      - id: ofs_relocations
        type: u2
      - id: overlay
        type: u2
      - id: reserved_1
        size: 8
      - id: oem_id
        type: u2
      - id: oem_info
        type: u2
      - id: reserved_2
        size: 20
      - id: ofs_pe
        type: u4
  rich_header:
    doc: |
      Which tools of Microsoft made the parts, hidden by an exclusive or with a checksum that stands behind the word "Rich".
      Not documented by Microsoft; absent where `is_present` is false.
    seq:
      - id: pairs
        type: pair
        repeat: until
        repeat-until: _.is_end or _io.size - _io.pos < 8
    instances:
      is_present:
        value: pairs.last.is_end
      key:
        value: pairs.last.second
        if: is_present
    types:
      pair:
        doc: The first two hold a mark and zeros
        seq:
          - id: first
            type: u4
          - id: second
            type: u4
        instances:
          is_end:
            value: first == 0x68636952
            doc: '"Rich"'
          tool:
            value: (first ^ _parent.key) >> 16
            if: _parent.is_present and not is_end
          build:
            value: (first ^ _parent.key) & 0xffff
            if: _parent.is_present and not is_end
          num_uses:
            value: second ^ _parent.key
            if: _parent.is_present and not is_end
  pe_header:
    seq:
      - id: signature
        contents: ["PE", 0, 0]
      - id: coff
        type: coff_header
      - id: optional
        size: coff.len_optional_header
        type: optional_header
      - id: sections
        type: section
        repeat: expr
        repeat-expr: coff.num_sections
  coff_header:
    doc-ref: PE Format, COFF File Header (Object and Image)
    seq:
      - id: machine
        type: u2
        enum: machine
      - id: num_sections
        type: u2
      - id: timestamp
        type: u4
        doc: Seconds since 1970, or a hash in a reproducible build
      - id: ofs_symbols
        type: u4
        doc: 0 where there are none
      - id: num_symbols
        type: u4
      - id: len_optional_header
        type: u2
      - id: characteristics
        type: characteristics
        size: 2
  characteristics:
    doc-ref: PE Format, Characteristics
    seq:
      - id: relocations_stripped
        type: b1
      - id: executable
        type: b1
      - id: line_numbers_stripped
        type: b1
      - id: local_symbols_stripped
        type: b1
      - id: aggressive_trim
        type: b1
      - id: large_address_aware
        type: b1
      - id: reserved
        type: b1
      - id: bytes_reversed_low
        type: b1
      - id: machine_32_bit
        type: b1
      - id: debug_stripped
        type: b1
      - id: run_from_swap_if_removable
        type: b1
      - id: run_from_swap_if_network
        type: b1
      - id: system
        type: b1
      - id: dll
        type: b1
      - id: one_processor_only
        type: b1
      - id: bytes_reversed_high
        type: b1
  optional_header:
    doc-ref: PE Format, Optional Header (Image Only)
    seq:
      - id: magic
        type: u2
        enum: image_kind
        valid:
          any-of: [image_kind::pe32, image_kind::pe32_plus]
      - id: linker_major
        type: u1
      - id: linker_minor
        type: u1
      - id: len_code
        type: u4
      - id: len_initialized_data
        type: u4
      - id: len_uninitialized_data
        type: u4
      - id: rva_entry
        type: u4
        doc: 0 for none
      - id: rva_code
        type: u4
      - id: rva_data
        type: u4
        if: magic != image_kind::pe32_plus
      - id: image_base
        type:
          switch-on: magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        doc: Preferred address
      - id: section_alignment
        type: u4
      - id: file_alignment
        type: u4
      - id: os_major
        type: u2
      - id: os_minor
        type: u2
      - id: image_major
        type: u2
      - id: image_minor
        type: u2
      - id: subsystem_major
        type: u2
      - id: subsystem_minor
        type: u2
      - id: win32_version
        type: u4
        doc: Reserved, 0
      - id: len_image
        type: u4
        doc: In memory
      - id: len_headers
        type: u4
      - id: checksum
        type: u4
        doc: Checked for drivers and some system libraries only
      - id: subsystem
        type: u2
        enum: subsystem
      - id: dll_characteristics
        type: dll_characteristics
        size: 2
      - id: stack_reserve
        type:
          switch-on: magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
      - id: stack_commit
        type:
          switch-on: magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
      - id: heap_reserve
        type:
          switch-on: magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
      - id: heap_commit
        type:
          switch-on: magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
      - id: loader_flags
        type: u4
      - id: num_directories
        type: u4
      - id: directories
        type: data_directory(_index)
        repeat: expr
        repeat-expr: 'num_directories < 16 ? num_directories : 16'
    instances:
      entry:
        type: place(rva_entry)
        if: rva_entry != 0
  dll_characteristics:
    doc-ref: PE Format, DLL Characteristics
    seq:
      - id: reserved
        type: b5
      - id: high_entropy_va
        type: b1
      - id: dynamic_base
        type: b1
        doc: May be loaded anywhere
      - id: force_integrity
        type: b1
      - id: nx_compatible
        type: b1
      - id: no_isolation
        type: b1
      - id: no_seh
        type: b1
      - id: no_bind
        type: b1
      - id: app_container
        type: b1
      - id: wdm_driver
        type: b1
      - id: control_flow_guard
        type: b1
      - id: terminal_server_aware
        type: b1
  data_directory:
    doc-ref: PE Format, Optional Header Data Directories (Image Only)
    params:
      - id: index
        type: u4
        enum: directory
    seq:
      - id: rva
        type: u4
      - id: length
        type: u4
    instances:
      is_used:
        value: rva != 0 and length != 0
      place:
        type: place(rva)
        if: is_used and index != directory::certificates
  place:
    doc: Where in the file something is that has this address in memory
    params:
      - id: rva
        type: u4
    instances:
      probes:
        type: section_probe(_index, rva)
        repeat: until
        repeat-until: _.is_match or _index >= _root.pe.coff.num_sections
        if: _root.pe.coff.num_sections > 0
        doc: One section after the other, until one has it
      is_in_section:
        value: _root.pe.coff.num_sections > 0 and probes.last.is_match
      section:
        value: probes.last.section
        if: is_in_section
      offset:
        value: 'is_in_section ? rva - section.rva + section.offset : rva'
        doc: The headers lie in memory as in the file
  section_probe:
    params:
      - id: index
        type: u4
      - id: rva
        type: u4
    instances:
      section:
        value: _root.pe.sections[index]
      is_match:
        value: 'rva >= section.rva and rva < section.rva + (section.length_memory > section.length ? section.length_memory : section.length)'
  section:
    doc-ref: PE Format, Section Table (Section Headers)
    seq:
      - id: name
        type: strz
        size: 8
        encoding: UTF-8
        doc: A slash and a number where the name stands behind the symbols
      - id: length_memory
        type: u4
      - id: rva
        type: u4
      - id: length
        type: u4
        doc: In the file
      - id: offset
        type: u4
        doc: In the file
      - id: ofs_relocations
        type: u4
      - id: ofs_line_numbers
        type: u4
      - id: num_relocations
        type: u2
      - id: num_line_numbers
        type: u2
      - id: characteristics
        type: section_characteristics
        size: 4
    instances:
      body:
        io: _root._io
        pos: offset
        size: length
        if: offset != 0 and length != 0
      has_long_name:
        value: name.length > 1 and name.substring(0, 1) == "/" and _root.pe.coff.ofs_symbols != 0
      long_name:
        io: _root._io
        pos: _root.ofs_symbol_names + name.substring(1, name.length).to_i
        type: strz
        encoding: UTF-8
        if: has_long_name
  section_characteristics:
    doc-ref: PE Format, Section Flags
    seq:
      - id: reserved_1
        type: b3
      - id: no_padding
        type: b1
      - id: reserved_2
        type: b1
      - id: code
        type: b1
      - id: initialized_data
        type: b1
      - id: uninitialized_data
        type: b1
      - id: other
        type: b1
      - id: info
        type: b1
      - id: reserved_3
        type: b1
      - id: remove
        type: b1
      - id: comdat
        type: b1
      - id: reserved_4
        type: b2
      - id: global_pointer
        type: b1
      - id: reserved_5
        type: b4
      - id: alignment
        type: b4
        doc: In object files, 1 + log2 of the bytes
      - id: relocations_overflow
        type: b1
      - id: discardable
        type: b1
      - id: not_cached
        type: b1
      - id: not_paged
        type: b1
      - id: shared
        type: b1
      - id: executable
        type: b1
      - id: readable
        type: b1
      - id: writable
        type: b1
  export_directory:
    doc-ref: PE Format, The .edata Section (Image Only)
    seq:
      - id: flags
        type: u4
      - id: timestamp
        type: u4
      - id: major
        type: u2
      - id: minor
        type: u2
      - id: rva_name
        type: u4
      - id: ordinal_base
        type: u4
      - id: num_functions
        type: u4
      - id: num_names
        type: u4
      - id: rva_functions
        type: u4
      - id: rva_names
        type: u4
      - id: rva_ordinals
        type: u4
    instances:
      name_place:
        type: place(rva_name)
      name:
        pos: name_place.offset
        type: strz
      functions_place:
        type: place(rva_functions)
        if: num_functions != 0
      functions:
        pos: functions_place.offset
        type: export_function
        repeat: expr
        repeat-expr: num_functions
        if: num_functions != 0
      names_place:
        type: place(rva_names)
        if: num_names != 0
      names:
        pos: names_place.offset
        type: export_name(_index)
        repeat: expr
        repeat-expr: num_names
        if: num_names != 0
        doc: Sorted
      ordinals_place:
        type: place(rva_ordinals)
        if: num_names != 0
      ordinals:
        pos: ordinals_place.offset
        type: u2
        repeat: expr
        repeat-expr: num_names
        if: num_names != 0
        doc: For each name the index of its function
    types:
      export_function:
        doc: Its ordinal is its index plus the ordinal base
        seq:
          - id: rva
            type: u4
            doc: 0 where the ordinal is not used
        instances:
          is_forwarder:
            value: rva >= _root.pe.optional.directories[0].rva and rva < _root.pe.optional.directories[0].rva + _root.pe.optional.directories[0].length
          place:
            type: place(rva)
            if: rva != 0
          forwarder:
            pos: place.offset
            type: strz
            if: is_forwarder
            doc: Library and name, or number, that stand for this one
      export_name:
        params:
          - id: index
            type: u4
        seq:
          - id: rva
            type: u4
        instances:
          place:
            type: place(rva)
          name:
            pos: place.offset
            type: strz
          ordinal:
            value: _root.exports.ordinals[index] + _root.exports.ordinal_base
          function:
            value: _root.exports.functions[_root.exports.ordinals[index]]
  import_library:
    doc-ref: PE Format, Import Directory Table
    seq:
      - id: rva_lookup
        type: u4
      - id: timestamp
        type: u4
        doc: 0 until bound; 0xffffffff where the bound imports tell
      - id: forwarder_chain
        type: u4
      - id: rva_name
        type: u4
      - id: rva_addresses
        type: u4
        doc: Where the loader writes the addresses
    instances:
      is_end:
        value: rva_name == 0 or rva_addresses == 0
      name_place:
        type: place(rva_name)
        if: not is_end
      name:
        pos: name_place.offset
        type: strz
        if: not is_end
      lookup_place:
        type: 'place(rva_lookup != 0 ? rva_lookup : rva_addresses)'
        if: not is_end
      functions:
        pos: lookup_place.offset
        type: imported_function
        repeat: until
        repeat-until: _.value == 0 or _io.eof
        if: not is_end
        doc: The last one is empty
  imported_function:
    doc-ref: PE Format, Import Lookup Table
    seq:
      - id: value
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        doc: With the highest bit an ordinal, without it the RVA of a name
    instances:
      is_ordinal:
        value: 'value >> (_root.is_64 ? 63 : 31) != 0'
      ordinal:
        value: value & 0xffff
        if: is_ordinal
      place:
        type: place((value & 0x7fffffff))
        if: not is_ordinal and value != 0
      hint:
        pos: place.offset
        type: u2
        if: not is_ordinal and value != 0
        doc: Where to look first among the names of the library
      name:
        pos: place.offset + 2
        type: strz
        if: not is_ordinal and value != 0
        doc-ref: PE Format, Hint/Name Table
  delay_import_library:
    doc-ref: PE Format, Delay-Load Import Tables (Image Only)
    seq:
      - id: attributes
        type: u4
        doc: 1 where the places are RVAs; 0 in old files, where they are addresses
      - id: name_told
        type: u4
      - id: module_handle
        type: u4
      - id: addresses
        type: u4
      - id: names_told
        type: u4
      - id: bound_addresses
        type: u4
      - id: unload_addresses
        type: u4
      - id: timestamp
        type: u4
    instances:
      is_end:
        value: name_told == 0
      subtract:
        value: 'attributes & 1 == 1 ? 0 : _root.pe.optional.image_base'
      name_place:
        type: place(name_told - subtract)
        if: not is_end
      name:
        pos: name_place.offset
        type: strz
        if: not is_end
      names_place:
        type: place(names_told - subtract)
        if: not is_end
      functions:
        pos: names_place.offset
        type: imported_function
        repeat: until
        repeat-until: _.value == 0 or _io.eof
        if: not is_end
        doc: The last one is empty
  bound_import_table:
    doc-ref: https://learn.microsoft.com/archive/msdn-magazine/2002/march/inside-windows-an-in-depth-look-into-the-win32-portable-executable-file-format-part-2 Bound Imports
    seq:
      - id: libraries
        type: library
        repeat: until
        repeat-until: _.is_end or _io.eof
        doc: The last one is empty
    types:
      library:
        seq:
          - id: timestamp
            type: u4
            doc: Of the library that the addresses are right for
          - id: ofs_name
            type: u2
            doc: From the start of this table
          - id: num_forwarders
            type: u2
          - id: forwarders
            type: forwarder
            repeat: expr
            repeat-expr: num_forwarders
        instances:
          is_end:
            value: timestamp == 0 and ofs_name == 0
          name:
            pos: ofs_name
            type: strz
            if: not is_end
      forwarder:
        seq:
          - id: timestamp
            type: u4
          - id: ofs_name
            type: u2
          - id: reserved
            type: u2
        instances:
          name:
            pos: ofs_name
            type: strz
  resource_directory:
    doc-ref: PE Format, The .rsrc Section
    params:
      - id: base
        type: u8
      - id: level
        type: u4
    seq:
      - id: characteristics
        type: u4
      - id: timestamp
        type: u4
      - id: major
        type: u2
      - id: minor
        type: u2
      - id: num_named
        type: u2
      - id: num_numbered
        type: u2
      - id: entries
        type: resource_entry(base, level)
        repeat: expr
        repeat-expr: num_named + num_numbered
  resource_entry:
    doc-ref: PE Format, Resource Directory Entries
    params:
      - id: base
        type: u8
      - id: level
        type: u4
    seq:
      - id: key
        type: u4
        doc: With the highest bit the place of a name, without it a number
      - id: target
        type: u4
        doc: With the highest bit the place of another directory, without it of data; both from the start of the resources
    instances:
      is_named:
        value: key & 0x80000000 != 0
      type:
        value: key
        enum: resource_type
        if: level == 0 and not is_named
      name:
        pos: base + (key & 0x7fffffff)
        type: resource_name
        if: is_named
      directory:
        pos: base + (target & 0x7fffffff)
        type: resource_directory(base, level + 1)
        if: target & 0x80000000 != 0 and level < 16
      data:
        pos: base + target
        type: resource_data
        if: target & 0x80000000 == 0
  resource_name:
    seq:
      - id: length
        type: u2
        doc: In units of 2 bytes
      - id: text
        type: str
        size: length * 2
        encoding: UTF-16LE
  resource_data:
    doc-ref: PE Format, Resource Data Entry
    seq:
      - id: rva
        type: u4
      - id: length
        type: u4
      - id: code_page
        type: u4
      - id: reserved
        type: u4
    instances:
      place:
        type: place(rva)
      body:
        pos: place.offset
        size: length
  runtime_function:
    doc: Which code the unwinding of the stack is told of
    doc-ref: https://learn.microsoft.com/cpp/build/exception-handling-x64 struct RUNTIME_FUNCTION
    seq:
      - id: rva_begin
        type: u4
      - id: rva_end
        type: u4
      - id: rva_unwind
        type: u4
  certificate_table:
    doc-ref: PE Format, The Attribute Certificate Table (Image Only)
    seq:
      - id: certificates
        type: certificate
        repeat: eos
  certificate:
    seq:
      - id: length
        type: u4
        valid:
          min: 8
      - id: revision
        type: u2
        doc: 0x200 today
      - id: type
        type: u2
        enum: certificate_type
      - id: body
        size: length - 8
      - id: padding
        size: '(8 - length % 8) % 8 > _io.size - _io.pos ? _io.size - _io.pos : (8 - length % 8) % 8'
    enums:
      certificate_type:
        1: x509
        2: pkcs_signed_data
        4: terminal_server
  relocation_table:
    doc-ref: PE Format, The .reloc Section (Image Only)
    seq:
      - id: blocks
        type: relocation_block
        repeat: eos
  relocation_block:
    seq:
      - id: rva_page
        type: u4
      - id: length
        type: u4
        valid:
          min: 8
        doc: With these 8 bytes
      - id: relocations
        type: relocation
        repeat: expr
        repeat-expr: 'length < 8 ? 0 : (length - 8) / 2'
  relocation:
    seq:
      - id: offset
        type: b12
        doc: From the start of the page
      - id: type
        type: b4
        enum: relocation_type
  debug_entry:
    doc-ref: PE Format, Debug Directory (Image Only)
    seq:
      - id: characteristics
        type: u4
      - id: timestamp
        type: u4
      - id: major
        type: u2
      - id: minor
        type: u2
      - id: type
        type: u4
        enum: debug_type
      - id: length
        type: u4
      - id: rva
        type: u4
        doc: 0 where it is not loaded
      - id: offset
        type: u4
    instances:
      body:
        pos: offset
        size: length
        type:
          switch-on: type
          cases:
            debug_type::codeview: codeview
            debug_type::repro: repro
        if: length != 0 and offset != 0
  codeview:
    doc: Where the debug information is that was made with this image
    seq:
      - id: signature
        type: str
        size: 4
        doc: RSDS, or NB10 in old files
      - id: guid
        type: guid
        if: signature == "RSDS"
      - id: offset
        type: u4
        if: signature == "NB10"
      - id: timestamp
        type: u4
        if: signature == "NB10"
      - id: age
        type: u4
        if: signature == "RSDS" or signature == "NB10"
      - id: path
        type: strz
        encoding: UTF-8
        if: signature == "RSDS" or signature == "NB10"
      - id: rest
        size-eos: true
  repro:
    doc: The timestamps of this file are a hash of its contents
    seq:
      - id: len_hash
        type: u4
      - id: hash
        size: len_hash
  tls_directory:
    doc: Data of which each thread has its own, and functions called when threads begin and end; all are addresses, no RVAs
    doc-ref: PE Format, The TLS Directory
    seq:
      - id: data_start
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
      - id: data_end
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
      - id: index_address
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
      - id: callbacks_address
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
      - id: len_zero_fill
        type: u4
      - id: characteristics
        type: u4
    instances:
      callbacks_place:
        type: place((callbacks_address - _root.pe.optional.image_base) & 0xffffffff)
        if: callbacks_address != 0
      callbacks:
        pos: callbacks_place.offset
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        repeat: until
        repeat-until: _ == 0 or _io.eof
        if: callbacks_address != 0
        doc: The last one is 0
  load_config:
    doc-ref: PE Format, Load Configuration Layout
    seq:
      - id: length
        type: u4
        doc: Later versions are longer; older loaders need this to be what they know
      - id: body
        type: load_config_body
        size: 'length < 4 ? 0 : length - 4'
  load_config_body:
    seq:
      - id: timestamp
        type: u4
        if: not _io.eof
      - id: major
        type: u2
        if: not _io.eof
      - id: minor
        type: u2
        if: not _io.eof
      - id: global_flags_clear
        type: u4
        if: not _io.eof
      - id: global_flags_set
        type: u4
        if: not _io.eof
      - id: critical_section_timeout_ms
        type: u4
        if: not _io.eof
      - id: decommit_free_block
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: decommit_total_free
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: lock_prefix_table
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: max_allocation
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: virtual_memory_threshold
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: affinity_mask_64
        type: u8
        if: not _io.eof and _root.is_64
      - id: heap_flags
        type: u4
        if: not _io.eof
      - id: affinity_mask_32
        type: u4
        if: not _io.eof and not _root.is_64
      - id: service_pack
        type: u2
        if: not _io.eof
      - id: dependent_load_flags
        type: u2
        if: not _io.eof
      - id: edit_list
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: security_cookie
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
        doc: Address of the value that guards stacks
      - id: se_handlers
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: num_se_handlers
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: guard_check_function
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: guard_dispatch_function
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: guard_functions
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
        doc: Address of the sorted RVAs that calls may reach
      - id: num_guard_functions
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: guard_flags
        type: u4
        if: not _io.eof
      - id: code_integrity
        size: 12
        if: not _io.eof
      - id: guard_address_taken
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: num_guard_address_taken
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: guard_long_jumps
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: num_guard_long_jumps
        type:
          switch-on: _root.pe.optional.magic
          cases:
            image_kind::pe32_plus: u8
            _: u4
        if: not _io.eof
      - id: rest
        size-eos: true
  clr_header:
    doc-ref: https://ecma-international.org/publications-and-standards/standards/ecma-335/ ECMA-335, II.25.3.3 CLI header
    seq:
      - id: length
        type: u4
      - id: runtime_major
        type: u2
      - id: runtime_minor
        type: u2
      - id: rva_metadata
        type: u4
      - id: len_metadata
        type: u4
      - id: flags
        type: clr_flags
        size: 4
      - id: entry_token
        type: u4
      - id: rva_resources
        type: u4
      - id: len_resources
        type: u4
      - id: rva_strong_name
        type: u4
      - id: len_strong_name
        type: u4
  clr_flags:
    seq:
      - id: il_only
        type: b1
      - id: requires_32_bit
        type: b1
      - id: il_library
        type: b1
      - id: strong_name_signed
        type: b1
      - id: native_entry
        type: b1
      - id: reserved_1
        type: b11
      - id: track_debug_data
        type: b1
      - id: prefers_32_bit
        type: b1
      - id: reserved_2
        type: b14
  symbol:
    doc: A symbol, or one of the records that follow one and tell more of it
    doc-ref: PE Format, COFF Symbol Table
    seq:
      - id: name_bytes
        size: 8
      - id: value
        type: u4
      - id: section_number
        type: s2
        doc: Counted from 1; 0 external, -1 absolute, -2 for debuggers
      - id: type
        type: u2
      - id: storage_class
        type: u1
        enum: storage_class
      - id: num_extra
        type: u1
        doc: How many of the following records belong to this one
    instances:
      is_long:
        value: name_bytes[0] == 0 and name_bytes[1] == 0 and name_bytes[2] == 0 and name_bytes[3] == 0
      ofs_name:
        value: name_bytes[4] + name_bytes[5] * 0x100 + name_bytes[6] * 0x10000 + name_bytes[7] * 0x1000000
        if: is_long
      short_name:
        pos: 0
        type: strz
        size: 8
        encoding: UTF-8
        if: not is_long
      name:
        io: _root._io
        pos: _root.ofs_symbol_names + ofs_name
        type: strz
        encoding: UTF-8
        if: is_long and ofs_name != 0
enums:
  image_kind:
    0x107: rom
    0x10b: pe32
    0x20b: pe32_plus
  machine:
    0: any
    0x14c: i386
    0x166: mips_r4000
    0x169: mips_wce_v2
    0x184: alpha
    0x1a2: sh3
    0x1a6: sh4
    0x1c0: arm
    0x1c2: thumb
    0x1c4: arm_thumb_2
    0x1f0: powerpc
    0x200: ia_64
    0x284: alpha_64
    0xebc: efi_byte_code
    0x5032: riscv_32
    0x5064: riscv_64
    0x6232: loongarch_32
    0x6264: loongarch_64
    0x8664: amd64
    0xa641: arm_64_ec
    0xa64e: arm_64_x
    0xaa64: arm_64
  subsystem:
    0: unknown
    1: native
    2: windows_gui
    3: windows_console
    5: os2_console
    7: posix_console
    8: windows_9x_driver
    9: windows_ce_gui
    10: efi_application
    11: efi_boot_driver
    12: efi_runtime_driver
    13: efi_rom
    14: xbox
    16: windows_boot
  directory:
    0: exports
    1: imports
    2: resources
    3: exceptions
    4: certificates
    5: relocations
    6: debug
    7: architecture
    8: global_pointer
    9: thread_storage
    10: load_config
    11: bound_imports
    12: import_addresses
    13: delay_imports
    14: clr_header
    15: reserved
  resource_type:
    1: cursor
    2: bitmap
    3: icon
    4: menu
    5: dialog
    6: strings
    7: font_directory
    8: font
    9: accelerators
    10: raw_data
    11: messages
    12: cursor_group
    14: icon_group
    16: version
    17: dialog_include
    19: plug_and_play
    20: vxd
    21: animated_cursor
    22: animated_icon
    23: html
    24: manifest
    240: dialog_init
    241: toolbar
  relocation_type:
    0: padding
    1: high
    2: low
    3: high_low
    4: high_adjust
    5: machine_5
    7: thumb_mov_32
    8: riscv_low_12
    9: mips_jump_16
    10: address_64
  debug_type:
    0: unknown
    1: coff
    2: codeview
    3: frame_pointers
    4: miscellaneous
    5: exceptions
    6: fixup
    7: map_to_source
    8: map_from_source
    9: borland
    10: reserved
    11: clsid
    12: vc_feature
    13: profile_guided
    14: incremental_link
    16: repro
    17: embedded_pdb
    19: pdb_checksum
    20: extended_characteristics
  storage_class:
    0: none
    1: automatic
    2: external
    3: static
    4: register
    5: external_definition
    6: label
    8: struct_member
    10: struct_tag
    13: type_definition
    15: enum_tag
    100: block
    101: function
    103: file
    104: section
    105: weak_external
    107: clr_token
    255: end_of_function
