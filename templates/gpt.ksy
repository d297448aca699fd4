meta:
  id: gpt
  title: GPT partition table (GUID Partition Table)
  file-extension: [gpt, img, raw, dd]
  xref:
    wikidata: Q732036
  license: MIT
  endian: le
  bit-endian: le
  imports:
    - mbr
    - common/guid
doc: |
  A protective MBR, then a header and an array of partitions, both a second time at the end of the disk. Sectors have 512
  bytes, or 4096 where no header is found behind 512.
doc-ref: https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html UEFI 2.10, 5.3 GUID Partition Table (GPT) Disk Layout
seq:
  - id: protective_mbr
    type: mbr
    doc-ref: UEFI 2.10, 5.2.3 Protective MBR
instances:
  mark:
    pos: 512
    size: 8
  mark_4k:
    pos: 4096
    size: 8
    if: _io.size >= 4104
  has_4k_sectors:
    value: _io.size >= 4104 and mark != signature and mark_4k == signature
  signature:
    value: '[0x45, 0x46, 0x49, 0x20, 0x50, 0x41, 0x52, 0x54]'
  len_sector:
    value: 'has_4k_sectors ? 4096 : 512'
  primary_512:
    pos: 512
    type: header
    doc: Not there where sectors have 4096 bytes
  primary_4k:
    pos: 4096
    type: header
    if: has_4k_sectors
  primary:
    value: 'has_4k_sectors ? primary_4k : primary_512'
  backup:
    pos: primary.lba_other * len_sector
    type: header
    doc: Its partitions lie before it
types:
  header:
    doc-ref: UEFI 2.10, 5.3.2 GPT Header
    seq:
      - id: signature
        contents: EFI PART
      - id: revision_minor
        type: u2
      - id: revision_major
        type: u2
        valid: 1
      - id: len_header
        type: u4
        valid:
          min: 92
      - id: crc_header
        type: u4
        doc: CRC-32 of `len_header` bytes with this field as 0
      - id: reserved
        type: u4
      - id: lba_here
        type: u8
      - id: lba_other
        type: u8
        doc: Of the other copy
      - id: lba_first_usable
        type: u8
      - id: lba_last_usable
        type: u8
      - id: disk_guid
        type: guid
      - id: lba_partitions
        type: u8
      - id: num_partitions
        type: u4
        doc: Entries, used or not
      - id: len_partition
        type: u4
        valid:
          min: 128
      - id: crc_partitions
        type: u4
        doc: CRC-32 of the whole array
    instances:
      partitions:
        io: _root._io
        pos: lba_partitions * _root.len_sector
        type: partition
        size: len_partition
        repeat: expr
        repeat-expr: num_partitions
  partition:
    doc-ref: UEFI 2.10, 5.3.3 GPT Partition Entry Array
    seq:
      - id: type_guid
        type: guid
        doc: All zeros where the entry is not used
      - id: guid
        type: guid
      - id: lba_first
        type: u8
      - id: lba_last
        type: u8
        doc: The last sector that belongs to it
      - id: attributes
        type: attributes
        size: 8
      - id: name
        type: strz
        size: 72
        encoding: UTF-16LE
    instances:
      type_name:
        value: type_guid.data_1
        enum: known_type
        doc: By the first part of the GUID
      offset:
        value: lba_first * _root.len_sector
        doc: In bytes
      length:
        value: (lba_last - lba_first + 1) * _root.len_sector
        if: lba_last >= lba_first
        doc: In bytes
  attributes:
    doc: Bits 48 to 63 belong to the partition's type; their names here are those of Microsoft's basic data partition
    doc-ref: UEFI 2.10, 5.3.3 Defined GPT Partition Entry - Attributes
    seq:
      - id: is_required
        type: b1
      - id: no_block_io
        type: b1
      - id: legacy_bios_bootable
        type: b1
      - id: reserved
        type: b45
      - id: type_specific
        type: b12
      - id: is_read_only
        type: b1
      - id: is_shadow_copy
        type: b1
      - id: is_hidden
        type: b1
      - id: no_drive_letter
        type: b1
enums:
  known_type:
    0x00000000: unused
    0xc12a7328: efi_system
    0x024dee41: mbr_scheme
    0x21686148: bios_boot
    0xe3c9e316: microsoft_reserved
    0xebd0a0a2: basic_data
    0x5808c8aa: ldm_metadata
    0xaf9b60a0: ldm_data
    0xde94bba4: windows_recovery
    0x0fc63daf: linux_file_system
    0xa19d880f: linux_raid
    0x4f68bce3: linux_root_x86_64
    0x44479540: linux_root_x86
    0xb921b045: linux_root_arm_64
    0x0657fd6d: linux_swap
    0xe6d6d379: linux_lvm
    0x933ac7e1: linux_home
    0xbc13c2ff: linux_extended_boot
    0x8da63339: linux_reserved
    0xca7d7ccb: linux_luks
    0x83bd6b9d: freebsd_boot
    0x516e7cb4: freebsd_data
    0x516e7cb5: freebsd_swap
    0x516e7cb6: freebsd_ufs
    0x516e7cba: freebsd_zfs
    0x48465300: apple_hfs_plus
    0x7c3457ef: apple_apfs
    0x6a898cc3: solaris_usr_or_apple_zfs
