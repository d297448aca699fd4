meta:
  id: iso9660
  title: ISO 9660 file system of a CD or DVD (Joliet, Rock Ridge)
  file-extension: iso
  xref:
    iso: 9660
    mime: application/x-iso9660-image
    pronom: fmt/468
    wikidata: Q815645
  license: MIT
doc: |
  After 16 sectors that belong to the system come volume descriptors of one sector of 2048 bytes each, up to a terminator.
  The primary one, and one of Joliet with longer names, name a root directory and a path table each. Numbers stand there
  twice, in little and in big endian.
doc-ref:
  - https://ecma-international.org/publications-and-standards/standards/ecma-119/ ECMA-119, Volume and File Structure of CDROM, 2nd edition
  - https://pismotec.com/cfs/jolspec.html Joliet Specification
  - https://web.archive.org/web/20170404043745/http://www.ymi.com/ymi/sites/default/files/pdf/Rockridge.pdf Rock Ridge Interchange Protocol 1.12
seq:
  - id: system_area
    size: 32768
    doc: Where hybrid images keep a boot sector and partitions
    doc-ref: ECMA-119, 6.2.1
  - id: first
    type: descriptor
    size: 2048
    doc: Most often the primary volume descriptor
  - id: descriptors
    type: descriptor
    size: 2048
    repeat: until
    repeat-until: _.kind == descriptor_kinds::terminator or _io.eof
    if: first.kind != descriptor_kinds::terminator
instances:
  block_bytes:
    value: 'first.kind == descriptor_kinds::primary ? first.volume.block_bytes.little : 2048'
types:
  number_2:
    doc-ref: ECMA-119, 7.2.3
    seq:
      - id: little
        type: u2le
      - id: big
        type: u2be
        valid: little
  number_4:
    doc-ref: ECMA-119, 7.3.3
    seq:
      - id: little
        type: u4le
      - id: big
        type: u4be
        valid: little
  descriptor:
    doc-ref: ECMA-119, 8.1 Format of a Volume Descriptor
    seq:
      - id: kind
        type: u1
        enum: descriptor_kinds
      - id: magic
        contents: CD001
      - id: version
        type: u1
        doc: 1; 2 in an enhanced volume descriptor
      - id: volume
        type: volume(is_joliet)
        if: kind == descriptor_kinds::primary or kind == descriptor_kinds::supplementary
      - id: boot
        type: boot
        if: kind == descriptor_kinds::boot
      - id: data
        size-eos: true
        if: kind != descriptor_kinds::primary and kind != descriptor_kinds::supplementary and kind != descriptor_kinds::boot
    instances:
      escapes:
        pos: 88
        size: 3
      is_joliet:
        value: >-
          kind == descriptor_kinds::supplementary and escapes[0] == 0x25 and escapes[1] == 0x2f
          and (escapes[2] == 0x40 or escapes[2] == 0x43 or escapes[2] == 0x45)
        doc: Names are UCS-2, big endian
        doc-ref: Joliet Specification, SVD Escape Sequences field
  boot:
    doc-ref: ECMA-119, 8.2 Boot Record; El Torito Bootable CD-ROM Format Specification 1.0, Figure 7
    seq:
      - id: system
        type: strz
        size: 32
        encoding: ASCII
        doc: '"EL TORITO SPECIFICATION" for a bootable disc'
      - id: identifier
        type: strz
        size: 32
        encoding: ASCII
      - id: catalog_sector
        type: u4le
    instances:
      catalog:
        io: _root._io
        pos: catalog_sector * 2048
        size: 2048
        type: boot_catalog
        if: system == "EL TORITO SPECIFICATION"
  boot_catalog:
    doc-ref: El Torito, 2.0 The Booting Catalog
    seq:
      - id: validation
        type: validation_entry
      - id: default_entry
        type: boot_entry
      - id: entries
        size: 32
        repeat: eos
  validation_entry:
    seq:
      - id: header
        contents: [1]
      - id: platform
        type: u1
        enum: platforms
      - id: reserved
        size: 2
      - id: name
        type: strz
        size: 24
        encoding: ASCII
      - id: checksum
        type: u2le
        doc: Makes the sum of all words of the entry 0
      - id: magic
        contents: [0x55, 0xaa]
  boot_entry:
    seq:
      - id: indicator
        type: u1
        enum: boot_indicators
      - id: emulation
        type: u1
        enum: emulations
      - id: load_segment
        type: u2le
        doc: 0 means 0x7c0
      - id: partition_kind
        type: u1
      - id: unused
        size: 1
      - id: sector_count
        type: u2le
        doc: Virtual sectors of 512 bytes that are loaded
      - id: start_sector
        type: u4le
        doc: Of 2048 bytes
      - id: selection
        size: 20
  volume:
    doc-ref: ECMA-119, 8.4 Primary Volume Descriptor and 8.5 Supplementary Volume Descriptor
    params:
      - id: is_joliet
        type: bool
    seq:
      - id: flags
        type: u1
        doc: Unused in the primary descriptor
      - id: system
        type: text(is_joliet)
        size: 32
      - id: name
        type: text(is_joliet)
        size: 32
      - id: unused_8
        size: 8
      - id: block_count
        type: number_4
      - id: escapes
        size: 32
        doc: Escape sequences of the character set, of a supplementary descriptor
      - id: set_size
        type: number_2
      - id: set_number
        type: number_2
      - id: block_bytes
        type: number_2
      - id: path_table_length
        type: number_4
      - id: path_table_block
        type: u4le
      - id: optional_path_table_block
        type: u4le
      - id: big_path_table_block
        type: u4be
        doc: Of the path table in big endian
      - id: optional_big_path_table_block
        type: u4be
      - id: root
        type: record(is_joliet, true)
        size: 34
      - id: set_name
        type: text(is_joliet)
        size: 128
      - id: publisher
        type: text(is_joliet)
        size: 128
      - id: preparer
        type: text(is_joliet)
        size: 128
      - id: application
        type: text(is_joliet)
        size: 128
      - id: copyright_file
        type: text(is_joliet)
        size: 37
      - id: abstract_file
        type: text(is_joliet)
        size: 37
      - id: bibliographic_file
        type: text(is_joliet)
        size: 37
      - id: created
        type: long_time
      - id: modified
        type: long_time
      - id: expires
        type: long_time
      - id: effective
        type: long_time
      - id: structure_version
        type: u1
      - id: reserved
        size: 1
      - id: application_data
        size: 512
      - id: reserved_end
        size: 653
    instances:
      path_table:
        io: _root._io
        pos: path_table_block * block_bytes.little
        size: path_table_length.little
        type: path_table(is_joliet)
  text:
    params:
      - id: is_joliet
        type: bool
    seq:
      - id: ascii
        type: str
        size-eos: true
        pad-right: 0x20
        encoding: ISO-8859-1
        if: not is_joliet
      - id: ucs2
        type: str
        size-eos: true
        encoding: UTF-16BE
        if: is_joliet
    instances:
      value:
        value: 'is_joliet ? ucs2 : ascii'
  long_time:
    doc-ref: ECMA-119, 8.4.26.1 Date and Time Format
    seq:
      - id: digits
        type: str
        size: 16
        encoding: ASCII
        doc: YYYYMMDDhhmmss and hundredths; all "0" when not given
      - id: zone
        type: s1
        doc: Quarters of an hour east of Greenwich
  short_time:
    doc-ref: ECMA-119, 9.1.5 Recording Date and Time
    seq:
      - id: years_since_1900
        type: u1
      - id: month
        type: u1
      - id: day
        type: u1
      - id: hour
        type: u1
      - id: minute
        type: u1
      - id: second
        type: u1
      - id: zone
        type: s1
        doc: Quarters of an hour east of Greenwich
    instances:
      year:
        value: years_since_1900 + 1900
  path_table:
    params:
      - id: is_joliet
        type: bool
    seq:
      - id: entries
        type: path_entry(is_joliet)
        repeat: eos
  path_entry:
    doc-ref: ECMA-119, 9.4 Format of a Path Table Record
    params:
      - id: is_joliet
        type: bool
    seq:
      - id: name_length
        type: u1
      - id: extended_length
        type: u1
      - id: block
        type: u4le
        doc: Of the directory
      - id: parent
        type: u2le
        doc: Number of the entry, counted from 1
      - id: name
        type: text(is_joliet)
        size: name_length
        doc: One byte 0 for the root
      - id: padding
        size: name_length % 2
  directory:
    params:
      - id: is_joliet
        type: bool
    seq:
      - id: sectors
        type: directory_sector(is_joliet)
        size: 2048
        repeat: eos
        doc: Records do not cross from one sector to the next
  directory_sector:
    params:
      - id: is_joliet
        type: bool
    seq:
      - id: records
        type: record(is_joliet, false)
        repeat: until
        repeat-until: _.length == 0 or _io.eof
        doc: A length of 0 ends those of a sector
  record:
    doc-ref: ECMA-119, 9.1 Format of a Directory Record
    params:
      - id: is_joliet
        type: bool
      - id: is_root
        type: bool
    seq:
      - id: length
        type: u1
      - id: content
        type: record_content(is_joliet, is_root)
        size: length - 1
        if: length != 0
  record_content:
    params:
      - id: is_joliet
        type: bool
      - id: is_root
        type: bool
        doc: Of a volume descriptor; the records "." and ".." would lead in circles
    seq:
      - id: extended_length
        type: u1
        doc: Blocks of the extended attribute record before the data
      - id: block
        type: number_4
      - id: data_length
        type: number_4
      - id: recorded
        type: short_time
      - id: flags
        type: file_flags
      - id: interleave_unit
        type: u1
      - id: interleave_gap
        type: u1
      - id: volume_number
        type: number_2
      - id: name_length
        type: u1
      - id: name
        type: text(is_joliet and not is_special)
        size: name_length
        doc: One byte 0 for the directory itself, 1 for the one above
      - id: padding
        size: 1
        if: name_length % 2 == 0
      - id: system_use
        type: system_use
        size-eos: true
    instances:
      first_name_byte:
        pos: 32
        type: u1
      is_special:
        value: name_length == 1 and first_name_byte <= 1
      data_place:
        value: (block.little + extended_length) * _root.block_bytes
      directory:
        io: _root._io
        pos: data_place
        size: data_length.little
        type: directory(is_joliet)
        if: flags.is_directory and (is_root or not is_special)
      data:
        io: _root._io
        pos: data_place
        size: data_length.little
        if: not flags.is_directory
  file_flags:
    meta:
      bit-endian: le
    doc-ref: ECMA-119, 9.1.6 File Flags
    seq:
      - id: is_hidden
        type: b1
      - id: is_directory
        type: b1
      - id: is_associated
        type: b1
      - id: is_record
        type: b1
      - id: is_protected
        type: b1
      - id: reserved
        type: b2
      - id: is_continued
        type: b1
        doc: The file has a further extent, in the next record
  system_use:
    doc-ref: IEEE P1281 System Use Sharing Protocol 1.12, 4
    seq:
      - id: entries
        type: system_entry
        repeat: until
        repeat-until: _io.size - _io.pos < 4
        if: is_shared
      - id: rest
        size-eos: true
    instances:
      head:
        pos: 0
        size: 4
        if: _io.size >= 4
      is_shared:
        value: '_io.size < 4 ? false : head[2] >= 4 and head[2] <= _io.size and head[3] == 1'
        doc: Looks like entries of that protocol, which Rock Ridge is made of
  system_entry:
    seq:
      - id: name
        type: str
        size: 2
        encoding: ASCII
      - id: length
        type: u1
        valid:
          min: 4
      - id: version
        type: u1
      - id: body
        size: length - 4
        type:
          switch-on: name
          cases:
            '"SP"': sharing
            '"CE"': continuation
            '"RR"': extensions_used
            '"PX"': posix_attributes
            '"NM"': alternate_name
            '"TF"': times
            '"SL"': symbolic_link
            '"CL"': relocated
            '"PL"': relocated
            '"ER"': extension_reference
  sharing:
    seq:
      - id: magic
        contents: [0xbe, 0xef]
      - id: skip
        type: u1
        doc: Bytes to skip in each system use field
  continuation:
    seq:
      - id: block
        type: number_4
      - id: offset
        type: number_4
      - id: length
        type: number_4
    instances:
      further:
        io: _root._io
        pos: block.little * _root.block_bytes + offset.little
        size: length.little
        type: system_use
  extensions_used:
    seq:
      - id: flags
        type: u1
        doc: Bit 0 PX, 1 PN, 2 SL, 3 NM, 4 CL, 5 PL, 6 RE, 7 TF
  posix_attributes:
    doc-ref: RRIP, 4.1.1 PX
    seq:
      - id: mode
        type: number_4
      - id: links
        type: number_4
      - id: user
        type: number_4
      - id: group
        type: number_4
      - id: serial_number
        type: number_4
        if: not _io.eof
    instances:
      permissions:
        value: mode.little & 0x1ff
      kind:
        value: mode.little >> 12
        enum: file_kinds
  alternate_name:
    doc-ref: RRIP, 4.1.4 NM
    meta:
      bit-endian: le
    seq:
      - id: is_continued
        type: b1
      - id: is_current
        type: b1
      - id: is_parent
        type: b1
      - id: reserved
        type: b5
      - id: name
        type: str
        size-eos: true
        encoding: UTF-8
  times:
    doc-ref: RRIP, 4.1.6 TF
    meta:
      bit-endian: le
    seq:
      - id: has_created
        type: b1
      - id: has_modified
        type: b1
      - id: has_accessed
        type: b1
      - id: has_attributes
        type: b1
      - id: has_backup
        type: b1
      - id: has_expires
        type: b1
      - id: has_effective
        type: b1
      - id: is_long
        type: b1
      - id: short_times
        type: short_time
        repeat: eos
        if: not is_long
        doc: Those that the bits name, in their order
      - id: long_times
        type: long_time
        repeat: eos
        if: is_long
  symbolic_link:
    doc-ref: RRIP, 4.1.3 SL
    seq:
      - id: is_continued
        type: u1
      - id: components
        type: link_component
        repeat: eos
  link_component:
    meta:
      bit-endian: le
    seq:
      - id: is_continued
        type: b1
      - id: is_current
        type: b1
      - id: is_parent
        type: b1
      - id: is_root
        type: b1
      - id: reserved
        type: b4
      - id: length
        type: u1
      - id: name
        type: str
        size: length
        encoding: UTF-8
  relocated:
    doc-ref: RRIP, 4.1.5.1 CL and 4.1.5.2 PL
    seq:
      - id: block
        type: number_4
  extension_reference:
    seq:
      - id: id_length
        type: u1
      - id: description_length
        type: u1
      - id: source_length
        type: u1
      - id: version
        type: u1
      - id: id
        type: str
        size: id_length
        encoding: ASCII
      - id: description
        type: str
        size: description_length
        encoding: ASCII
      - id: source
        type: str
        size: source_length
        encoding: ASCII
enums:
  descriptor_kinds:
    0: boot
    1: primary
    2: supplementary
    3: partition
    255: terminator
  platforms:
    0: x86
    1: powerpc
    2: mac
    0xef: efi
  boot_indicators:
    0x00: not_bootable
    0x88: bootable
  emulations:
    0: none
    1: floppy_1200k
    2: floppy_1440k
    3: floppy_2880k
    4: hard_disk
  file_kinds:
    1: fifo
    2: character_device
    4: directory
    6: block_device
    8: regular
    10: symbolic_link
    12: socket
