meta:
  id: mbr
  title: MBR partition table (Master Boot Record)
  file-extension: [mbr, img, raw, dd]
  xref:
    wikidata: Q624752
  license: MIT
  endian: le
  bit-endian: be
doc: |
  The first sector of a disk: code that the BIOS starts, four partitions, a signature. Further partitions hang on a chain
  of records like this one, inside of an extended partition. Sectors are taken for 512 bytes.
doc-ref:
  - https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html UEFI 2.10, 5.2 LBA 0 Format
  - https://learn.microsoft.com/previous-versions/windows/it-pro/windows-2000-server/cc976786(v=technet.10) Master Boot Record
seq:
  - id: boot_code
    size: 440
  - id: disk_signature
    type: u4
    doc: By which Windows knows the disk again
  - id: protection
    type: u2
    doc: 0, or 0x5a5a where the disk is meant to be copied only
  - id: partitions
    type: partition
    repeat: expr
    repeat-expr: 4
  - id: signature
    contents: [0x55, 0xaa]
instances:
  logical_0:
    pos: partitions[0].lba_first * 512
    type: extended_record(partitions[0].lba_first, partitions[0].lba_first, 0)
    if: partitions[0].is_extended
    doc: First record of the chain in this extended partition
  logical_1:
    pos: partitions[1].lba_first * 512
    type: extended_record(partitions[1].lba_first, partitions[1].lba_first, 0)
    if: partitions[1].is_extended
  logical_2:
    pos: partitions[2].lba_first * 512
    type: extended_record(partitions[2].lba_first, partitions[2].lba_first, 0)
    if: partitions[2].is_extended
  logical_3:
    pos: partitions[3].lba_first * 512
    type: extended_record(partitions[3].lba_first, partitions[3].lba_first, 0)
    if: partitions[3].is_extended
types:
  partition:
    seq:
      - id: status
        type: u1
        enum: status
      - id: first
        type: chs
      - id: type
        type: u1
        enum: partition_type
      - id: last
        type: chs
      - id: lba_first
        type: u4
        doc: Sectors from the start of the disk; in the chain of an extended partition see `extended_record`
      - id: num_sectors
        type: u4
    instances:
      is_extended:
        value: type == partition_type::extended or type == partition_type::extended_lba or type == partition_type::linux_extended
      offset:
        value: lba_first * 512
        doc: In bytes
      length:
        value: num_sectors * 512
        doc: In bytes
    enums:
      status:
        0x00: inactive
        0x80: active
  chs:
    doc: Cylinder, head and sector; 1023, 254, 63 and the like where the place lies beyond
    seq:
      - id: head
        type: u1
      - id: cylinder_high
        type: b2
      - id: sector
        type: b6
        doc: Counted from 1
      - id: cylinder_low
        type: u1
    instances:
      cylinder:
        value: cylinder_high << 8 | cylinder_low
  extended_record:
    doc: One logical partition and the way to the next. At most 128 are followed, so that a circle ends.
    params:
      - id: lba_extended
        type: u4
        doc: Where the extended partition begins, which links count from
      - id: lba_here
        type: u4
        doc: Where this record is, which its partition counts from
      - id: depth
        type: u4
    seq:
      - id: unused
        size: 446
      - id: logical
        type: partition
      - id: link
        type: partition
      - id: unused_entries
        size: 32
      - id: signature
        contents: [0x55, 0xaa]
    instances:
      offset:
        value: (lba_here + logical.lba_first) * 512
        doc: Of the logical partition, in bytes from the start of the disk
      next:
        pos: (lba_extended + link.lba_first) * 512
        type: extended_record(lba_extended, lba_extended + link.lba_first, depth + 1)
        if: link.lba_first != 0 and link.num_sectors != 0 and depth < 128
enums:
  partition_type:
    0x00: empty
    0x01: fat12
    0x04: fat16_small
    0x05: extended
    0x06: fat16
    0x07: ntfs_or_exfat
    0x0b: fat32
    0x0c: fat32_lba
    0x0e: fat16_lba
    0x0f: extended_lba
    0x11: hidden_fat12
    0x14: hidden_fat16_small
    0x16: hidden_fat16
    0x17: hidden_ntfs
    0x1b: hidden_fat32
    0x1c: hidden_fat32_lba
    0x1e: hidden_fat16_lba
    0x27: windows_recovery
    0x39: plan_9
    0x42: windows_dynamic
    0x63: unix_system_v
    0x82: linux_swap
    0x83: linux
    0x84: hibernation
    0x85: linux_extended
    0x8e: linux_lvm
    0xa5: freebsd
    0xa6: openbsd
    0xa8: mac_os_x
    0xa9: netbsd
    0xab: mac_os_x_boot
    0xaf: hfs
    0xbe: solaris_boot
    0xbf: solaris
    0xda: plain_data
    0xea: linux_boot_loader_spec
    0xeb: be_file_system
    0xee: gpt_protective
    0xef: efi_system
    0xfb: vmware_vmfs
    0xfc: vmware_swap
    0xfd: linux_raid
