meta:
  id: fat
  title: FAT file system (FAT12, FAT16, FAT32)
  file-extension: [img, ima, fat, vfd, flp, dsk]
  xref:
    wikidata: Q190167
  license: MIT
  endian: le
  bit-endian: le
  imports:
    - common/dos_stamp
doc: |
  A volume: boot sector, file allocation tables, the root directory (in FAT12 and FAT16 at a fixed place, in FAT32 a chain
  of clusters like any other), then clusters of data. Cluster numbers begin at 2.
doc-ref: https://academy.cba.mit.edu/classes/networking_communications/SD/FAT.pdf Microsoft FAT32 File System Specification 1.03 (fatgen103)
seq:
  - id: boot
    type: boot_sector
    size: 512
instances:
  kind:
    value: >-
      boot.fat_length_16 == 0 ? kinds::fat32
      : boot.cluster_count < 4085 ? kinds::fat12
      : boot.cluster_count < 65525 ? kinds::fat16 : kinds::fat32
    doc: The number of clusters decides, not the text in the boot sector
    doc-ref: fatgen103, FAT Type Determination
  info:
    pos: boot.extended.fat32.info_sector * boot.sector_bytes
    size: 512
    type: info_sector
    if: boot.is_fat32 and boot.extended.fat32.info_sector != 0 and boot.extended.fat32.info_sector != 0xffff
  backup_boot:
    pos: boot.extended.fat32.backup_boot_sector * boot.sector_bytes
    size: 512
    type: boot_sector
    if: boot.is_fat32 and boot.extended.fat32.backup_boot_sector != 0 and boot.extended.fat32.backup_boot_sector != 0xffff
  fat12:
    pos: boot.fat_place
    type: b12
    repeat: expr
    repeat-expr: boot.cluster_count + 2
    if: kind == kinds::fat12
    doc: The first table. 0 is free, 0xff7 bad, 0xff8 and above the last cluster of a chain
  fat16:
    pos: boot.fat_place
    type: u2
    repeat: expr
    repeat-expr: boot.cluster_count + 2
    if: kind == kinds::fat16
    doc: The first table. 0 is free, 0xfff7 bad, 0xfff8 and above the last cluster of a chain
  fat32:
    pos: boot.fat_place
    type: fat32_entry
    repeat: expr
    repeat-expr: boot.cluster_count + 2
    if: kind == kinds::fat32
    doc: The first table. 0 is free, 0xffffff7 bad, 0xffffff8 and above the last cluster of a chain
  root_directory:
    pos: boot.root_place
    size: boot.root_entry_count * 32
    type: directory
    if: kind != kinds::fat32
  root_clusters:
    pos: 0
    type: directory_cluster(boot.extended.fat32.root_cluster)
    if: kind == kinds::fat32
  clusters:
    pos: boot.data_place
    size: boot.cluster_bytes
    repeat: expr
    repeat-expr: boot.cluster_count
    doc: Cluster 2 is the first
types:
  boot_sector:
    doc-ref: fatgen103, Boot Sector and BPB
    seq:
      - id: jump
        size: 3
        doc: To the boot code; begins with 0xeb or 0xe9
      - id: oem_name
        type: str
        size: 8
        encoding: IBM437
        doc: Name of the program that formatted the volume
      - id: sector_bytes
        type: u2
        valid:
          any-of: [512, 1024, 2048, 4096]
      - id: cluster_sectors
        type: u1
        valid:
          any-of: [1, 2, 4, 8, 16, 32, 64, 128]
      - id: reserved_sectors
        type: u2
        valid:
          min: 1
        doc: Before the first table, with this one
      - id: fat_count
        type: u1
        valid:
          min: 1
      - id: root_entry_count
        type: u2
        doc: 0 on FAT32
      - id: sector_count_16
        type: u2
        doc: 0 when `sector_count_32` has it
      - id: media
        type: u1
        enum: media
      - id: fat_length_16
        type: u2
        doc: Sectors of one table; 0 on FAT32
      - id: track_sectors
        type: u2
      - id: heads
        type: u2
      - id: hidden_sectors
        type: u4
        doc: Before this volume on its disk
      - id: sector_count_32
        type: u4
      - id: extended
        size: 474
        type: extended(is_fat32)
      - id: signature
        contents: [0x55, 0xaa]
    instances:
      is_fat32:
        value: fat_length_16 == 0
      sector_count:
        value: 'sector_count_16 != 0 ? sector_count_16.as<u4> : sector_count_32'
      fat_length:
        value: 'is_fat32 ? extended.fat32.fat_length : fat_length_16.as<u4>'
        doc: Sectors of one table
      cluster_bytes:
        value: sector_bytes * cluster_sectors
      fat_place:
        value: reserved_sectors * sector_bytes
      root_place:
        value: fat_place + fat_count * fat_length * sector_bytes
      root_sectors:
        value: (root_entry_count * 32 + sector_bytes - 1) / sector_bytes
      data_place:
        value: root_place + root_sectors * sector_bytes
      cluster_count:
        value: (sector_count - data_place / sector_bytes) / cluster_sectors
  drive:
    seq:
      - id: number
        type: u1
        doc: For interrupt 0x13
      - id: needs_check
        type: b1
        doc: Set while mounted, as Windows NT and Linux do
      - id: needs_surface_test
        type: b1
      - id: reserved
        type: b6
      - id: signature
        type: u1
        doc: 0x29 when the next three fields are there
      - id: volume_id
        type: u4
      - id: label
        type: str
        size: 11
        encoding: IBM437
        pad-right: 0x20
      - id: kind_text
        type: str
        size: 8
        encoding: ASCII
        pad-right: 0x20
        doc: Says nothing about the kind
  extended:
    doc: Twenty-eight bytes longer on FAT32, then boot code
    doc-ref: fatgen103, Fat12 and Fat16, and FAT32 Structure Starting at Offset 36
    params:
      - id: is_fat32
        type: bool
    seq:
      - id: fat32
        type: fat32_fields
        if: is_fat32
      - id: drive
        type: drive
      - id: code
        size-eos: true
  fat32_fields:
    seq:
      - id: fat_length
        type: u4
        doc: Sectors of one table
      - id: active_fat
        type: b4
        doc: Of use when `is_not_mirrored`
      - id: reserved_4
        type: b3
      - id: is_not_mirrored
        type: b1
        doc: Only the active table is kept up to date
      - id: reserved_8
        type: b8
      - id: version_minor
        type: u1
      - id: version_major
        type: u1
      - id: root_cluster
        type: u4
      - id: info_sector
        type: u2
      - id: backup_boot_sector
        type: u2
      - id: reserved
        size: 12
  info_sector:
    doc: Hints for free space, possibly wrong
    doc-ref: fatgen103, FAT32 FSInfo Sector Structure and Backup Boot Sector
    seq:
      - id: magic
        contents: RRaA
      - id: reserved
        size: 480
      - id: second_magic
        contents: rrAa
      - id: free_clusters
        type: u4
        doc: 0xffffffff when unknown
      - id: next_free_cluster
        type: u4
      - id: reserved_2
        size: 12
      - id: signature
        contents: [0, 0, 0x55, 0xaa]
  fat32_entry:
    seq:
      - id: next
        type: b28
      - id: reserved
        type: b4
        doc: To be kept as it is
  directory:
    seq:
      - id: entries
        type: entry
        size: 32
        repeat: eos
  directory_cluster:
    doc: One cluster of a directory, with the way to the next
    params:
      - id: number
        type: u4
    instances:
      place:
        value: _root.boot.data_place + (number - 2) * _root.boot.cluster_bytes
      content:
        io: _root._io
        pos: place
        size: _root.boot.cluster_bytes
        type: directory
      next_number:
        value: >-
          _root.kind == kinds::fat12 ? _root.fat12[number]
          : _root.kind == kinds::fat16 ? _root.fat16[number] : _root.fat32[number].next
      has_next:
        value: >-
          next_number >= 2 and next_number < (_root.kind == kinds::fat12 ? 0xff7
          : _root.kind == kinds::fat16 ? 0xfff7 : 0xffffff7) and next_number != number
      next:
        pos: 0
        type: directory_cluster(next_number)
        if: has_next
  attributes:
    seq:
      - id: is_read_only
        type: b1
      - id: is_hidden
        type: b1
      - id: is_system
        type: b1
      - id: is_volume_label
        type: b1
      - id: is_directory
        type: b1
      - id: is_archive
        type: b1
        doc: Changed since the last backup
      - id: reserved
        type: b2
  entry:
    doc-ref: fatgen103, FAT 32 Byte Directory Entry Structure
    seq:
      - id: content
        size: 32
        type:
          switch-on: is_long_name
          cases:
            true: long_name
            false: short_entry
    instances:
      first:
        pos: 0
        type: u1
      attributes:
        pos: 11
        type: u1
      is_long_name:
        value: (attributes & 0x3f) == 0x0f
      state:
        value: 'first == 0 ? states::end : first == 0xe5 ? states::deleted : states::used'
  short_entry:
    seq:
      - id: name
        type: str
        size: 8
        pad-right: 0x20
        encoding: IBM437
        doc: First byte 0xe5 for a deleted entry, 0 after the last, 0x05 for a name that begins with 0xe5
      - id: extension
        type: str
        size: 3
        pad-right: 0x20
        encoding: IBM437
      - id: attributes
        type: attributes
      - id: reserved_3
        type: b3
      - id: is_name_lowercase
        type: b1
      - id: is_extension_lowercase
        type: b1
      - id: reserved_2
        type: b3
      - id: created_hundredths
        type: u1
        doc: Hundredths of a second to be added to `created`, up to 199
      - id: created
        type: dos_stamp
      - id: accessed
        type: dos_stamp::date
      - id: cluster_high
        type: u2
        doc: 0 except on FAT32
      - id: modified
        type: dos_stamp
      - id: cluster_low
        type: u2
      - id: length
        type: u4
        doc: Bytes of the file; 0 for folders
    instances:
      first_cluster:
        value: '_root.kind == kinds::fat32 ? cluster_high * 65536 + cluster_low : cluster_low'
      is_folder:
        value: >-
          _parent.as<entry>.state == states::used and attributes.is_directory and not attributes.is_volume_label
          and name != "." and name != ".." and first_cluster >= 2
      folder:
        pos: 0
        type: directory_cluster(first_cluster)
        if: is_folder
      first_data:
        io: _root._io
        pos: _root.boot.data_place + (first_cluster - 2) * _root.boot.cluster_bytes
        size: 'length < _root.boot.cluster_bytes ? length : _root.boot.cluster_bytes'
        if: _parent.as<entry>.state == states::used and not attributes.is_directory and first_cluster >= 2
        doc: What the first cluster of the file holds
  long_name:
    doc: Part of the long name of the short entry that follows; the parts stand in reverse order
    doc-ref: fatgen103, FAT Long Directory Entries
    seq:
      - id: number
        type: b6
        doc: Counted from 1
      - id: is_last
        type: b1
        doc: The last part of the name, the first one of the entries
      - id: reserved_7
        type: b1
      - id: part_1
        type: str
        size: 10
        encoding: UTF-16LE
      - id: attributes
        type: attributes
      - id: kind
        type: u1
      - id: checksum
        type: u1
        doc: Of the 11 bytes of the short name
      - id: part_2
        type: str
        size: 12
        encoding: UTF-16LE
      - id: cluster
        type: u2
        doc: Always 0
      - id: part_3
        type: str
        size: 4
        encoding: UTF-16LE
    instances:
      text:
        value: part_1 + part_2 + part_3
        doc: With a zero at the end of the name and 0xffff behind it
enums:
  kinds:
    12: fat12
    16: fat16
    32: fat32
  states:
    0: end
    1: used
    2: deleted
  media:
    0xf0: removable
    0xf8: fixed
    0xf9: floppy_720k_or_1200k
    0xfa: ram_disk
    0xfb: floppy_640k
    0xfc: floppy_180k
    0xfd: floppy_360k
    0xfe: floppy_160k
    0xff: floppy_320k
