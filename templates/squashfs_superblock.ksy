meta:
  id: squashfs_superblock
  title: SquashFS file system (super block)
  file-extension: [squashfs, sqfs, sfs, snap, sqsh]
  xref:
    wikidata: Q389191
  license: MIT
  endian: le
  bit-endian: le
doc: |
  A compressed file system that is only read, as in firmware and live systems. The super block names the places of its
  tables; those consist of compressed metadata blocks, whose headers are shown.
doc-ref: https://docs.kernel.org/filesystems/squashfs.html SquashFS 4.0 Filesystem; https://dr-emann.github.io/squashfs/ Squashfs Binary Format
seq:
  - id: magic
    contents: hsqs
  - id: inode_count
    type: u4
  - id: modified
    type: u4
    doc: Seconds since 1970-01-01 UTC
  - id: block_bytes
    type: u4
    valid:
      min: 4096
      max: 1048576
    doc: Of uncompressed data; a power of two
  - id: fragment_count
    type: u4
  - id: compressor
    type: u2
    enum: compressors
    valid:
      in-enum: true
  - id: block_log
    type: u2
    valid:
      min: 12
      max: 20
  - id: flags
    type: flags
  - id: id_count
    type: u2
    doc: Of users and groups
  - id: version_major
    type: u2
    valid: 4
  - id: version_minor
    type: u2
    valid: 0
  - id: root_inode
    type: inode_reference
  - id: used_bytes
    type: u8
    doc: Of the file system; what follows pads it to 4 KiB
  - id: id_table
    type: u8
  - id: attribute_table
    type: u8
    doc: 0xffffffffffffffff when there is none, as for the two below
  - id: inode_table
    type: u8
  - id: directory_table
    type: u8
  - id: fragment_table
    type: u8
  - id: export_table
    type: u8
  - id: compressor_options
    type: metadata
    if: flags.has_compressor_options
instances:
  first_inodes:
    pos: inode_table
    type: metadata
    doc: First block of the inode table
  first_directories:
    pos: directory_table
    type: metadata
    doc: First block of the directory table
  id_blocks:
    pos: id_table
    type: u8
    repeat: expr
    repeat-expr: (id_count + 2047) / 2048
    doc: Places of metadata blocks with 2048 numbers each
  fragment_blocks:
    pos: fragment_table
    type: u8
    repeat: expr
    repeat-expr: (fragment_count + 511) / 512
    if: fragment_count != 0 and not flags.has_no_fragments
    doc: Places of metadata blocks with 512 entries each
types:
  flags:
    seq:
      - id: inodes_are_plain
        type: b1
        doc: Not compressed
      - id: data_is_plain
        type: b1
      - id: reserved_2
        type: b1
      - id: fragments_are_plain
        type: b1
      - id: has_no_fragments
        type: b1
      - id: always_fragments
        type: b1
      - id: has_no_duplicates
        type: b1
      - id: is_exportable
        type: b1
      - id: attributes_are_plain
        type: b1
      - id: has_no_attributes
        type: b1
      - id: has_compressor_options
        type: b1
      - id: ids_are_plain
        type: b1
      - id: reserved_12
        type: b4
  inode_reference:
    seq:
      - id: offset
        type: u2
        doc: Within the uncompressed metadata block
      - id: block
        type: u4
        doc: Place of the metadata block from the start of the table
      - id: reserved
        type: u2
  metadata:
    seq:
      - id: length
        type: b15
        doc: As stored, at most 8192
      - id: is_plain
        type: b1
      - id: data
        size: length
enums:
  compressors:
    1: gzip
    2: lzma
    3: lzo
    4: xz
    5: lz4
    6: zstd
