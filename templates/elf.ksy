meta:
  id: elf
  title: ELF program, library, object or core dump
  file-extension: [elf, so, o, ko, axf, out, prx]
  xref:
    mime: application/x-elf
    pronom: fmt/688
    wikidata: Q1155448
  license: MIT
  encoding: UTF-8
doc: |
  An identification that tells word size and byte order, a header, the program headers that a loader reads, and the section
  headers that linkers and debuggers read. Contents of segments and sections are read when they are looked at.
doc-ref:
  - https://gabi.xinuos.com/ System V Application Binary Interface, Object Files
  - https://refspecs.linuxfoundation.org/elf/elf.pdf Tool Interface Standard, ELF Specification 1.2
seq:
  - id: magic
    contents: [0x7f, 'ELF']
    doc-ref: gABI, ELF Header, ELF Identification
  - id: word_size
    type: u1
    enum: word_size
    valid:
      in-enum: true
  - id: byte_order
    type: u1
    enum: byte_order
    valid:
      in-enum: true
  - id: version
    type: u1
    valid: 1
  - id: abi
    type: u1
    enum: abi
  - id: abi_version
    type: u1
  - id: padding
    size: 7
  - id: header
    type: header
instances:
  is_64:
    value: word_size == word_size::bits_64
types:
  header:
    doc-ref: gABI, ELF Header
    meta:
      endian:
        switch-on: _root.byte_order
        cases:
          byte_order::little: le
          byte_order::big: be
    seq:
      - id: type
        type: u2
        enum: file_type
      - id: machine
        type: u2
        enum: machine
      - id: version
        type: u4
      - id: entry
        type:
          switch-on: _root.word_size
          cases:
            word_size::bits_32: u4
            word_size::bits_64: u8
        doc: Virtual address where the program starts; 0 for none
      - id: ofs_program_headers
        type:
          switch-on: _root.word_size
          cases:
            word_size::bits_32: u4
            word_size::bits_64: u8
      - id: ofs_section_headers
        type:
          switch-on: _root.word_size
          cases:
            word_size::bits_32: u4
            word_size::bits_64: u8
      - id: flags
        type: u4
        doc: Their meaning depends on the machine
      - id: len_header
        type: u2
      - id: len_program_header
        type: u2
      - id: num_program_headers_told
        type: u2
        doc: 0xffff where the number stands in the first section header
      - id: len_section_header
        type: u2
      - id: num_section_headers_told
        type: u2
        doc: 0 where the number stands in the first section header
      - id: index_section_names_told
        type: u2
        doc: 0xffff where the index stands in the first section header
    instances:
      first_section:
        pos: ofs_section_headers
        type: section
        if: ofs_section_headers != 0
      num_program_headers:
        value: 'num_program_headers_told == 0xffff and ofs_section_headers != 0 ? first_section.info : num_program_headers_told'
      num_sections:
        value: 'num_section_headers_told == 0 and ofs_section_headers != 0 ? first_section.length : num_section_headers_told'
      index_section_names:
        value: 'index_section_names_told == 0xffff and ofs_section_headers != 0 ? first_section.link : index_section_names_told'
      program_headers:
        pos: ofs_program_headers
        type: program_header
        size: len_program_header
        repeat: expr
        repeat-expr: num_program_headers
        if: ofs_program_headers != 0
      sections:
        pos: ofs_section_headers
        type: section
        size: len_section_header
        repeat: expr
        repeat-expr: num_sections
        if: ofs_section_headers != 0
      section_names:
        value: sections[index_section_names]
        if: index_section_names != 0 and index_section_names < num_sections
      dynamic_strings:
        type: section_probe(_index)
        repeat: until
        repeat-until: _.is_match or _index >= num_sections
        if: num_sections > 0
        doc: Looks for the strings that the dynamic table names, which ends in the last element
    types:
      program_header:
        doc: A stretch of the file as it lies in memory
        doc-ref: gABI, Program Header
        seq:
          - id: type
            type: u4
            enum: segment_type
          - id: flags_64
            type: segment_flags
            if: _root.is_64
          - id: offset
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
          - id: address
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
            doc: Virtual
          - id: address_physical
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
          - id: length
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
            doc: In the file
          - id: length_memory
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
            doc: What the file does not fill is zero
          - id: flags_32
            type: segment_flags
            if: not _root.is_64
          - id: alignment
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
        instances:
          flags:
            value: '_root.is_64 ? flags_64 : flags_32'
          body:
            io: _root._io
            pos: offset
            size: length
            if: length > 0
            type:
              switch-on: type
              cases:
                segment_type::interpreter: text
                segment_type::dynamic: dynamic_table
                segment_type::note: notes(alignment)
      section:
        doc-ref: gABI, Sections, Section Header
        seq:
          - id: ofs_name
            type: u4
          - id: type
            type: u4
            enum: section_type
          - id: flags
            type: section_flags
          - id: address
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
            doc: Virtual; 0 where it is not loaded
          - id: offset
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
          - id: length
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
          - id: link
            type: u4
            doc: Index of a section that this one needs, such as the strings of a symbol table
          - id: info
            type: u4
          - id: alignment
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
          - id: len_entry
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
            doc: 0 where it has no entries of one size
        instances:
          name:
            io: _root._io
            pos: _root.header.section_names.offset + ofs_name
            type: strz
            if: _root.header.index_section_names != 0 and _root.header.index_section_names < _root.header.num_sections
          linked:
            value: _root.header.sections[link]
            if: link != 0 and link < _root.header.num_sections
          body:
            io: _root._io
            pos: offset
            size: length
            if: type != section_type::no_bits and type != section_type::unused and length > 0
            type:
              switch-on: type
              cases:
                section_type::symbols: symbol_table(len_entry, link)
                section_type::dynamic_symbols: symbol_table(len_entry, link)
                section_type::strings: strings
                section_type::dynamic: dynamic_table
                section_type::relocations: relocation_table(len_entry, false)
                section_type::relocations_addend: relocation_table(len_entry, true)
                section_type::notes: notes(alignment)
                section_type::init_array: addresses
                section_type::fini_array: addresses
                section_type::preinit_array: addresses
                section_type::group: group
                section_type::version_symbols: version_symbols
                section_type::version_needs: version_needs(link)
      segment_flags:
        doc: PF_R, PF_W and PF_X; the rest belongs to systems and machines
        seq:
          - id: value
            type: u4
        instances:
          executable:
            value: value & 1 != 0
          writable:
            value: value & 2 != 0
          readable:
            value: value & 4 != 0
      section_flags:
        doc-ref: gABI, Section Attribute Flags
        seq:
          - id: value
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
        instances:
          write:
            value: value & 1 != 0
          alloc:
            value: value & 2 != 0
            doc: Takes memory when the program runs
          executable:
            value: value & 4 != 0
          merge:
            value: value & 0x10 != 0
          strings:
            value: value & 0x20 != 0
          info_link:
            value: value & 0x40 != 0
            doc: The field `info` is the index of a section
          link_order:
            value: value & 0x80 != 0
          os_nonconforming:
            value: value & 0x100 != 0
          group:
            value: value & 0x200 != 0
          tls:
            value: value & 0x400 != 0
          compressed:
            value: value & 0x800 != 0
            doc: The body begins with a compression header
      text:
        seq:
          - id: value
            type: strz
      strings:
        seq:
          - id: values
            type: strz
            repeat: eos
      addresses:
        seq:
          - id: values
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
            repeat: eos
      group:
        seq:
          - id: flags
            type: u4
            doc: 1 where one of several groups of one name is enough (COMDAT)
          - id: sections
            type: u4
            repeat: eos
      symbol_table:
        params:
          - id: len_entry
            type: u8
          - id: index_names
            type: u4
        seq:
          - id: symbols
            type: symbol
            size: len_entry
            repeat: eos
        instances:
          names:
            value: _root.header.sections[index_names]
      symbol:
        doc-ref: gABI, Symbol Table
        seq:
          - id: ofs_name
            type: u4
          - id: value_32
            type: u4
            if: not _root.is_64
          - id: length_32
            type: u4
            if: not _root.is_64
          - id: kind
            type: symbol_kind
          - id: visibility_bits
            type: u1
          - id: section_index
            type: u2
            enum: special_section
            doc: Index of a section, or one with a name of its own
          - id: value_64
            type: u8
            if: _root.is_64
          - id: length_64
            type: u8
            if: _root.is_64
        instances:
          value:
            value: '_root.is_64 ? value_64 : value_32'
            doc: An address; in an object file the place in its section
          length:
            value: '_root.is_64 ? length_64 : length_32'
          visibility:
            value: visibility_bits & 3
            enum: visibility
          name:
            io: _root._io
            pos: _parent.as<symbol_table>.names.offset + ofs_name
            type: strz
      symbol_kind:
        meta:
          bit-endian: be
        seq:
          - id: binding
            type: b4
            enum: binding
          - id: type
            type: b4
            enum: symbol_type
      dynamic_table:
        doc-ref: gABI, Dynamic Section
        seq:
          - id: entries
            type: dynamic_entry
            repeat: until
            repeat-until: _.tag == dynamic_tag::end or _io.eof
      dynamic_entry:
        seq:
          - id: tag
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
            enum: dynamic_tag
          - id: value
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
            doc: A number or an address, as the tag says
        instances:
          is_name:
            value: tag == dynamic_tag::needed or tag == dynamic_tag::so_name or tag == dynamic_tag::rpath or tag == dynamic_tag::runpath
          name:
            io: _root._io
            pos: _root.header.dynamic_strings.last.section.offset + value
            type: strz
            if: is_name and _root.header.dynamic_strings.last.is_match
      section_probe:
        doc: Looks at one section, to find the first of a type
        params:
          - id: index
            type: u4
        instances:
          section:
            value: _root.header.sections[index]
          is_match:
            value: section.type == section_type::strings and section.flags.alloc
      relocation_table:
        params:
          - id: len_entry
            type: u8
          - id: has_addend
            type: bool
        seq:
          - id: relocations
            type: relocation(has_addend)
            size: len_entry
            repeat: eos
      relocation:
        doc-ref: gABI, Relocation
        params:
          - id: has_addend
            type: bool
        seq:
          - id: offset
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
            doc: An address; in an object file the place in the section
          - id: info
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: u4
                word_size::bits_64: u8
          - id: addend
            type:
              switch-on: _root.word_size
              cases:
                word_size::bits_32: s4
                word_size::bits_64: s8
            if: has_addend
        instances:
          type:
            value: '_root.is_64 ? info & 0xffffffff : info & 0xff'
            doc: Its meaning depends on the machine
          symbol:
            value: '_root.is_64 ? info >> 32 : info >> 8'
            doc: Index in the symbol table
      notes:
        doc-ref: gABI, Program Header, Note Section
        params:
          - id: alignment
            type: u8
        seq:
          - id: notes
            type: 'note(alignment > 4 ? 8 : 4)'
            repeat: eos
      note:
        params:
          - id: alignment
            type: u4
        seq:
          - id: len_name
            type: u4
          - id: len_body
            type: u4
          - id: type
            type: u4
            doc: Its meaning depends on the name
          - id: name
            type: strz
            size: len_name
          - id: name_padding
            size: (alignment - (12 + len_name) % alignment) % alignment
          - id: body
            size: len_body
          - id: body_padding
            size: (alignment - len_body % alignment) % alignment
            if: not _io.eof
        instances:
          gnu_type:
            value: type
            enum: gnu_note
            if: name == "GNU"
      version_symbols:
        doc: For each dynamic symbol which version it has
        doc-ref: https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html LSB Core 5.0, 10.7 Symbol Versioning
        seq:
          - id: versions
            type: u2
            repeat: eos
      version_needs:
        params:
          - id: index_names
            type: u4
        seq:
          - id: first
            type: version_need(index_names)
      version_need:
        doc: Versions that this file needs of one library
        params:
          - id: index_names
            type: u4
        seq:
          - id: version
            type: u2
            valid: 1
          - id: num_versions
            type: u2
          - id: ofs_file
            type: u4
          - id: ofs_versions
            type: u4
          - id: ofs_next
            type: u4
          - id: versions
            type: needed_version(index_names)
            repeat: expr
            repeat-expr: num_versions
            if: ofs_versions == 16
            doc: Linkers put them right behind
          - id: next
            type: version_need(index_names)
            if: ofs_next == 16 + 16 * num_versions
        instances:
          file:
            io: _root._io
            pos: _root.header.sections[index_names].offset + ofs_file
            type: strz
      needed_version:
        params:
          - id: index_names
            type: u4
        seq:
          - id: hash
            type: u4
          - id: flags
            type: u2
          - id: index
            type: u2
            doc: As in the table of version symbols
          - id: ofs_name
            type: u4
          - id: ofs_next
            type: u4
        instances:
          name:
            io: _root._io
            pos: _root.header.sections[index_names].offset + ofs_name
            type: strz
enums:
  word_size:
    1: bits_32
    2: bits_64
  byte_order:
    1: little
    2: big
  abi:
    0: system_v
    1: hp_ux
    2: netbsd
    3: gnu_linux
    6: solaris
    7: aix
    8: irix
    9: freebsd
    10: tru64
    12: openbsd
    13: openvms
    64: arm_eabi
    97: arm
    255: standalone
  file_type:
    0: none
    1: relocatable
    2: executable
    3: shared
    4: core
  machine:
    0: none
    2: sparc
    3: x86
    4: m68k
    8: mips
    15: parisc
    18: sparc32plus
    20: powerpc
    21: powerpc64
    22: s390
    40: arm
    42: superh
    43: sparc_v9
    50: ia_64
    62: x86_64
    75: vax
    83: avr
    93: openrisc
    94: arc_compact
    105: msp430
    164: hexagon
    183: aarch64
    190: cuda
    224: amd_gpu
    243: riscv
    247: bpf
    258: loongarch
  segment_type:
    0: unused
    1: load
    2: dynamic
    3: interpreter
    4: note
    5: shlib
    6: program_headers
    7: tls
    0x6474e550: gnu_eh_frame
    0x6474e551: gnu_stack
    0x6474e552: gnu_relro
    0x6474e553: gnu_property
    0x70000001: arm_exidx
    0x70000003: riscv_attributes
  section_type:
    0: unused
    1: program
    2: symbols
    3: strings
    4: relocations_addend
    5: hash
    6: dynamic
    7: notes
    8: no_bits
    9: relocations
    10: shlib
    11: dynamic_symbols
    14: init_array
    15: fini_array
    16: preinit_array
    17: group
    18: symbol_indexes
    19: relr
    0x6ffffff5: gnu_attributes
    0x6ffffff6: gnu_hash
    0x6ffffff7: gnu_lib_list
    0x6ffffffd: version_definitions
    0x6ffffffe: version_needs
    0x6fffffff: version_symbols
    0x70000001: x86_64_unwind
    0x70000003: machine_attributes
  special_section:
    0: undefined
    0xfff1: absolute
    0xfff2: common
    0xffff: in_index_section
  binding:
    0: local
    1: global
    2: weak
    10: gnu_unique
  symbol_type:
    0: none
    1: object
    2: function
    3: section
    4: file
    5: common
    6: tls
    10: gnu_ifunc
  visibility:
    0: default
    1: internal
    2: hidden
    3: protected
  dynamic_tag:
    0: end
    1: needed
    2: plt_relocations_length
    3: plt_got
    4: hash
    5: strings
    6: symbols
    7: rela
    8: rela_length
    9: rela_entry_length
    10: strings_length
    11: symbol_length
    12: init
    13: fini
    14: so_name
    15: rpath
    16: symbolic
    17: rel
    18: rel_length
    19: rel_entry_length
    20: plt_relocation_type
    21: debug
    22: text_relocations
    23: plt_relocations
    24: bind_now
    25: init_array
    26: fini_array
    27: init_array_length
    28: fini_array_length
    29: runpath
    30: flags
    32: preinit_array
    33: preinit_array_length
    34: symbol_indexes
    35: relr_length
    36: relr
    37: relr_entry_length
    0x6ffffef5: gnu_hash
    0x6ffffff0: version_symbols
    0x6ffffff9: rela_count
    0x6ffffffa: rel_count
    0x6ffffffb: flags_1
    0x6ffffffc: version_definitions
    0x6ffffffd: num_version_definitions
    0x6ffffffe: version_needs
    0x6fffffff: num_version_needs
  gnu_note:
    1: abi_tag
    2: hardware_capabilities
    3: build_id
    4: gold_version
    5: properties
