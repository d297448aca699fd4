meta:
  id: ext2
  title: ext2, ext3 or ext4 file system
  file-extension: [ext2, ext3, ext4]
  xref:
    wikidata: [Q283527, Q283390, Q283395]
  license: MIT
  endian: le
  bit-endian: le
doc: |
  The super block stands 1024 bytes into the volume, the group descriptors in the block after it. Each group of blocks has
  its own bitmaps and inodes. Fields of ext3 and ext4 are zero where a file system has not the feature that brought them.
doc-ref:
  - https://docs.kernel.org/filesystems/ext4/globals.html ext4 Data Structures and Algorithms, 3. Global Structures
  - https://www.nongnu.org/ext2-doc/ext2.html The Second Extended File System, Internal Layout
seq:
  - id: boot
    size: 1024
    doc: Not used by the file system
  - id: super_block
    type: super_block
    size: 1024
instances:
  groups:
    pos: (super_block.first_data_block + 1) * super_block.block_bytes
    type: group
    size: super_block.descriptor_bytes
    repeat: expr
    repeat-expr: super_block.group_count
    doc: With `meta_bg` only those of the first meta group stand here
  first_inodes:
    pos: groups[0].inode_table * super_block.block_bytes
    type: inode
    size: super_block.inode_bytes
    repeat: expr
    repeat-expr: super_block.inodes_per_group
    doc: Inodes of the first group. Inode 1 is element 0, the root directory (inode 2) element 1
types:
  super_block:
    doc-ref: ext4, 3.1 Super Block
    seq:
      - id: inode_count
        type: u4
      - id: block_count_low
        type: u4
      - id: reserved_block_count_low
        type: u4
        doc: Blocks that only the super-user may take
      - id: free_block_count_low
        type: u4
      - id: free_inode_count
        type: u4
      - id: first_data_block
        type: u4
        doc: 1 where blocks have 1024 bytes, else 0
      - id: log_block_size
        type: u4
        valid:
          max: 6
        doc: Blocks have 2^(10 + this) bytes
      - id: log_cluster_size
        type: u4
        doc: Clusters have 2^(10 + this) bytes with bigalloc; else as blocks
      - id: blocks_per_group
        type: u4
        valid:
          min: 1
      - id: clusters_per_group
        type: u4
      - id: inodes_per_group
        type: u4
        valid:
          min: 1
      - id: mounted
        type: u4
        doc: Seconds since 1970-01-01 UTC, as all times here
      - id: written
        type: u4
      - id: mount_count
        type: u2
        doc: Since the last check
      - id: max_mount_count
        type: s2
        doc: Checked after so many mounts; -1 never
      - id: magic
        contents: [0x53, 0xef]
      - id: state
        type: states
      - id: on_error
        type: u2
        enum: error_behaviours
      - id: minor_revision
        type: u2
      - id: checked
        type: u4
      - id: check_interval
        type: u4
        doc: Seconds
      - id: creator
        type: u4
        enum: systems
      - id: revision
        type: u4
        enum: revisions
      - id: reserved_user
        type: u2
      - id: reserved_group
        type: u2
      - id: first_inode
        type: u4
        doc: First inode that is not reserved. From here on only in the dynamic revision
      - id: inode_size
        type: u2
      - id: group_of_copy
        type: u2
        doc: Group that this copy of the super block is in
      - id: compatible
        type: compatible
      - id: incompatible
        type: incompatible
      - id: read_only_compatible
        type: read_only_compatible
      - id: uuid
        size: 16
      - id: volume_name
        type: strz
        size: 16
        encoding: UTF-8
      - id: last_mounted
        type: strz
        size: 64
        encoding: UTF-8
        doc: Where it was mounted
      - id: compression_algorithms
        type: u4
      - id: preallocated_blocks
        type: u1
      - id: preallocated_directory_blocks
        type: u1
      - id: reserved_descriptor_blocks
        type: u2
        doc: For growth of the group descriptors
      - id: journal_uuid
        size: 16
      - id: journal_inode
        type: u4
      - id: journal_device
        type: u4
      - id: last_orphan
        type: u4
        doc: Inode at the head of the list of those to be deleted
      - id: hash_seed
        size: 16
      - id: hash_version
        type: u1
        enum: hashes
      - id: journal_backup_kind
        type: u1
      - id: descriptor_size
        type: u2
        doc: Bytes of a group descriptor when the file system is 64-bit
      - id: default_mount_options
        type: mount_options
      - id: first_meta_group
        type: u4
      - id: created
        type: u4
      - id: journal_blocks
        size: 68
        doc: Copy of the journal's block pointers and size
      - id: block_count_high
        type: u4
      - id: reserved_block_count_high
        type: u4
      - id: free_block_count_high
        type: u4
      - id: min_extra_inode_bytes
        type: u2
      - id: want_extra_inode_bytes
        type: u2
      - id: flags
        type: super_flags
      - id: raid_stride
        type: u2
      - id: mmp_interval
        type: u2
        doc: Seconds of multi-mount protection
      - id: mmp_block
        type: u8
      - id: raid_stripe_width
        type: u4
      - id: log_groups_per_flex
        type: u1
      - id: checksum_kind
        type: u1
        doc: 1 is CRC-32C
      - id: reserved_176
        type: u2
      - id: kilobytes_written
        type: u8
        doc: Ever
      - id: snapshot_inode
        type: u4
      - id: snapshot_id
        type: u4
      - id: snapshot_reserved_blocks
        type: u8
      - id: snapshot_list
        type: u4
      - id: error_count
        type: u4
      - id: first_error
        type: error_place
      - id: last_error
        type: last_error_place
      - id: mount_options
        type: strz
        size: 64
        encoding: UTF-8
      - id: user_quota_inode
        type: u4
      - id: group_quota_inode
        type: u4
      - id: overhead_blocks
        type: u4
      - id: super_block_copies
        type: u4
        repeat: expr
        repeat-expr: 2
        doc: Groups with copies, with sparse_super2
      - id: encryption_algorithms
        size: 4
      - id: encryption_salt
        size: 16
      - id: lost_and_found_inode
        type: u4
      - id: project_quota_inode
        type: u4
      - id: checksum_seed
        type: u4
      - id: written_high
        type: u1
        doc: Bits 32 to 39 of the times above, in these six
      - id: mounted_high
        type: u1
      - id: created_high
        type: u1
      - id: checked_high
        type: u1
      - id: first_error_high
        type: u1
      - id: last_error_high
        type: u1
      - id: first_error_code
        type: u1
      - id: last_error_code
        type: u1
      - id: encoding
        type: u2
        doc: Of file names without case; 1 is UTF-8 12.1
      - id: encoding_flags
        type: u2
      - id: orphan_file_inode
        type: u4
      - id: reserved_284
        size: 376
      - id: checksum
        type: u4
        doc: CRC-32C of what precedes
    instances:
      block_bytes:
        value: 1024 << log_block_size
      is_dynamic:
        value: revision == revisions::dynamic
      inode_bytes:
        value: 'is_dynamic ? inode_size : 128'
      is_wide:
        value: incompatible.is_64bit and descriptor_size >= 64
      descriptor_bytes:
        value: 'incompatible.is_64bit and descriptor_size >= 32 ? descriptor_size : 32'
      block_count:
        value: 'incompatible.is_64bit ? block_count_high * 4294967296 + block_count_low : block_count_low'
      free_block_count:
        value: 'incompatible.is_64bit ? free_block_count_high * 4294967296 + free_block_count_low : free_block_count_low'
      group_count:
        value: (block_count - first_data_block + blocks_per_group - 1) / blocks_per_group
  states:
    doc-ref: ext4, 3.1 Super Block, s_state
    seq:
      - id: is_clean
        type: b1
      - id: has_errors
        type: b1
      - id: has_orphans
        type: b1
        doc: Being recovered
      - id: reserved_3
        type: b13
  compatible:
    doc-ref: ext4, 3.1 Super Block, s_feature_compat. A system that knows not all of these may mount it
    seq:
      - id: dir_prealloc
        type: b1
      - id: imagic_inodes
        type: b1
      - id: has_journal
        type: b1
        doc: ext3 and later
      - id: ext_attr
        type: b1
      - id: resize_inode
        type: b1
      - id: dir_index
        type: b1
      - id: lazy_bg
        type: b1
      - id: exclude_inode
        type: b1
      - id: exclude_bitmap
        type: b1
      - id: sparse_super2
        type: b1
      - id: fast_commit
        type: b1
      - id: stable_inodes
        type: b1
      - id: orphan_file
        type: b1
      - id: reserved_13
        type: b19
  incompatible:
    doc-ref: ext4, 3.1 Super Block, s_feature_incompat. A system that knows not all of these must not mount it
    seq:
      - id: compression
        type: b1
      - id: filetype
        type: b1
      - id: needs_recovery
        type: b1
      - id: is_journal_device
        type: b1
      - id: meta_bg
        type: b1
      - id: reserved_5
        type: b1
      - id: extents
        type: b1
      - id: is_64bit
        type: b1
      - id: mmp
        type: b1
      - id: flex_bg
        type: b1
      - id: ea_inode
        type: b1
      - id: reserved_11
        type: b1
      - id: dirdata
        type: b1
      - id: metadata_checksum_seed
        type: b1
      - id: large_dir
        type: b1
      - id: inline_data
        type: b1
      - id: encrypt
        type: b1
      - id: casefold
        type: b1
      - id: reserved_18
        type: b14
  read_only_compatible:
    doc-ref: ext4, 3.1 Super Block, s_feature_ro_compat. A system that knows not all of these may only read it
    seq:
      - id: sparse_super
        type: b1
      - id: large_file
        type: b1
      - id: btree_dir
        type: b1
      - id: huge_file
        type: b1
      - id: uninit_bg
        type: b1
      - id: dir_nlink
        type: b1
      - id: extra_isize
        type: b1
      - id: has_snapshot
        type: b1
      - id: quota
        type: b1
      - id: bigalloc
        type: b1
      - id: metadata_checksums
        type: b1
      - id: replica
        type: b1
      - id: read_only
        type: b1
      - id: project
        type: b1
      - id: shared_blocks
        type: b1
      - id: verity
        type: b1
      - id: orphan_present
        type: b1
      - id: reserved_17
        type: b15
  mount_options:
    doc-ref: ext4, 3.1 Super Block, s_default_mount_opts
    seq:
      - id: debug
        type: b1
      - id: bsd_groups
        type: b1
      - id: user_xattr
        type: b1
      - id: acl
        type: b1
      - id: uid16
        type: b1
      - id: journal_data
        type: b1
        doc: With the next bit 1 data, 2 ordered, 3 writeback
      - id: journal_ordered
        type: b1
      - id: reserved_7
        type: b1
      - id: no_barrier
        type: b1
      - id: block_validity
        type: b1
      - id: discard
        type: b1
      - id: no_delayed_allocation
        type: b1
      - id: reserved_12
        type: b20
  super_flags:
    doc-ref: ext4, 3.1 Super Block, s_flags
    seq:
      - id: signed_hash
        type: b1
      - id: unsigned_hash
        type: b1
      - id: test_file_system
        type: b1
      - id: reserved_3
        type: b29
  error_place:
    seq:
      - id: time
        type: u4
      - id: inode
        type: u4
      - id: block
        type: u8
      - id: function
        type: strz
        size: 32
        encoding: UTF-8
      - id: line
        type: u4
  last_error_place:
    seq:
      - id: time
        type: u4
      - id: inode
        type: u4
      - id: line
        type: u4
      - id: block
        type: u8
      - id: function
        type: strz
        size: 32
        encoding: UTF-8
  group:
    doc-ref: ext4, 3.2 Block Group Descriptors
    seq:
      - id: block_bitmap_low
        type: u4
        doc: Block number
      - id: inode_bitmap_low
        type: u4
      - id: inode_table_low
        type: u4
      - id: free_block_count_low
        type: u2
      - id: free_inode_count_low
        type: u2
      - id: directory_count_low
        type: u2
      - id: flags
        type: group_flags
      - id: exclude_bitmap_low
        type: u4
      - id: block_bitmap_checksum_low
        type: u2
      - id: inode_bitmap_checksum_low
        type: u2
      - id: unused_inode_count_low
        type: u2
        doc: At the end of the table, never used so far
      - id: checksum
        type: u2
      - id: block_bitmap_high
        type: u4
        if: _root.super_block.is_wide
      - id: inode_bitmap_high
        type: u4
        if: _root.super_block.is_wide
      - id: inode_table_high
        type: u4
        if: _root.super_block.is_wide
      - id: free_block_count_high
        type: u2
        if: _root.super_block.is_wide
      - id: free_inode_count_high
        type: u2
        if: _root.super_block.is_wide
      - id: directory_count_high
        type: u2
        if: _root.super_block.is_wide
      - id: unused_inode_count_high
        type: u2
        if: _root.super_block.is_wide
      - id: exclude_bitmap_high
        type: u4
        if: _root.super_block.is_wide
      - id: block_bitmap_checksum_high
        type: u2
        if: _root.super_block.is_wide
      - id: inode_bitmap_checksum_high
        type: u2
        if: _root.super_block.is_wide
      - id: reserved
        type: u4
        if: _root.super_block.is_wide
    instances:
      block_bitmap:
        value: '_root.super_block.is_wide ? block_bitmap_high * 4294967296 + block_bitmap_low : block_bitmap_low.as<u8>'
      inode_bitmap:
        value: '_root.super_block.is_wide ? inode_bitmap_high * 4294967296 + inode_bitmap_low : inode_bitmap_low.as<u8>'
      inode_table:
        value: '_root.super_block.is_wide ? inode_table_high * 4294967296 + inode_table_low : inode_table_low.as<u8>'
      free_block_count:
        value: '_root.super_block.is_wide ? free_block_count_high * 65536 + free_block_count_low : free_block_count_low.as<u4>'
      free_inode_count:
        value: '_root.super_block.is_wide ? free_inode_count_high * 65536 + free_inode_count_low : free_inode_count_low.as<u4>'
      directory_count:
        value: '_root.super_block.is_wide ? directory_count_high * 65536 + directory_count_low : directory_count_low.as<u4>'
  group_flags:
    doc-ref: ext4, 3.2 Block Group Descriptors, bg_flags
    seq:
      - id: inode_uninit
        type: b1
      - id: block_uninit
        type: b1
      - id: inode_zeroed
        type: b1
      - id: reserved_3
        type: b13
  mode:
    seq:
      - id: others_execute
        type: b1
      - id: others_write
        type: b1
      - id: others_read
        type: b1
      - id: group_execute
        type: b1
      - id: group_write
        type: b1
      - id: group_read
        type: b1
      - id: owner_execute
        type: b1
      - id: owner_write
        type: b1
      - id: owner_read
        type: b1
      - id: sticky
        type: b1
      - id: set_group
        type: b1
      - id: set_user
        type: b1
      - id: kind
        type: b4
        enum: file_kinds
  inode:
    doc-ref: ext4, 4.1 Index Nodes
    seq:
      - id: mode
        type: mode
      - id: user_low
        type: u2
      - id: size_low
        type: u4
      - id: accessed
        type: u4
      - id: changed
        type: u4
      - id: modified
        type: u4
      - id: deleted
        type: u4
      - id: group_low
        type: u2
      - id: link_count
        type: u2
        doc: 0 when the inode is free
      - id: block_count_low
        type: u4
        doc: Of 512 bytes, unless the flag huge_file is set
      - id: flags
        type: inode_flags
      - id: version
        type: u4
      - id: map
        size: 60
        doc: Block numbers, an extent tree, or a short symbolic link; see `blocks`, `extents` and `link`
      - id: generation
        type: u4
      - id: attributes_low
        type: u4
        doc: Block of the extended attributes
      - id: size_high
        type: u4
      - id: fragment
        type: u4
      - id: block_count_high
        type: u2
      - id: attributes_high
        type: u2
      - id: user_high
        type: u2
      - id: group_high
        type: u2
      - id: checksum_low
        type: u2
      - id: reserved
        type: u2
      - id: extra_bytes
        type: u2
        doc: How many of the fields from here on are in use
        if: _io.size >= 160
      - id: checksum_high
        type: u2
        if: _io.size >= 160
      - id: changed_extra
        type: u4
        doc: Two bits of further epoch, 30 bits of nanoseconds
        if: _io.size >= 160
      - id: modified_extra
        type: u4
        if: _io.size >= 160
      - id: accessed_extra
        type: u4
        if: _io.size >= 160
      - id: created
        type: u4
        if: _io.size >= 160
      - id: created_extra
        type: u4
        if: _io.size >= 160
      - id: version_high
        type: u4
        if: _io.size >= 160
      - id: project
        type: u4
        if: _io.size >= 160
    instances:
      length:
        value: size_high * 4294967296 + size_low
      is_used:
        value: link_count != 0
      blocks:
        pos: 40
        type: block_map
        size: 60
        if: is_used and not flags.extents and (mode.kind == file_kinds::regular or mode.kind == file_kinds::directory)
      extents:
        pos: 40
        type: extent_node
        size: 60
        if: is_used and flags.extents
      link:
        pos: 40
        type: strz
        size: 60
        encoding: UTF-8
        if: is_used and mode.kind == file_kinds::symbolic_link and length < 60
  inode_flags:
    doc-ref: ext4, 4.1 Index Nodes, i_flags
    seq:
      - id: secure_deletion
        type: b1
      - id: undelete
        type: b1
      - id: compressed
        type: b1
      - id: synchronous
        type: b1
      - id: immutable
        type: b1
      - id: append_only
        type: b1
      - id: no_dump
        type: b1
      - id: no_access_time
        type: b1
      - id: dirty
        type: b1
      - id: compressed_clusters
        type: b1
      - id: no_compression
        type: b1
      - id: encrypted
        type: b1
      - id: indexed_directory
        type: b1
      - id: imagic
        type: b1
      - id: journal_data
        type: b1
      - id: no_tail
        type: b1
      - id: synchronous_directory
        type: b1
      - id: top_directory
        type: b1
      - id: huge_file
        type: b1
      - id: extents
        type: b1
      - id: verity
        type: b1
      - id: large_attribute
        type: b1
      - id: reserved_22
        type: b6
      - id: inline_data
        type: b1
      - id: inherit_project
        type: b1
      - id: casefold
        type: b1
      - id: reserved_31
        type: b1
  block_map:
    doc-ref: ext4, 4.1.1 Direct/Indirect Block Addressing
    seq:
      - id: direct
        type: u4
        repeat: expr
        repeat-expr: 12
        doc: 0 is a hole
      - id: indirect
        type: u4
        doc: Block of block numbers
      - id: double_indirect
        type: u4
      - id: triple_indirect
        type: u4
  extent_node:
    doc-ref: ext4, 4.1.2 Extent Tree
    seq:
      - id: magic
        contents: [0x0a, 0xf3]
      - id: entry_count
        type: u2
      - id: entry_max
        type: u2
      - id: depth
        type: u2
        valid:
          max: 5
        doc: 0 for a leaf
      - id: generation
        type: u4
      - id: extents
        type: extent
        repeat: expr
        repeat-expr: entry_count
        if: depth == 0
      - id: children
        type: extent_index
        repeat: expr
        repeat-expr: entry_count
        if: depth != 0
  extent:
    seq:
      - id: block
        type: u4
        doc: Of the file
      - id: stated_count
        type: u2
        doc: Above 32768 the extent is not written yet, and this is 32768 too large
      - id: start_high
        type: u2
      - id: start_low
        type: u4
    instances:
      start:
        value: start_high * 4294967296 + start_low
      count:
        value: 'stated_count > 32768 ? stated_count - 32768 : stated_count'
      is_unwritten:
        value: stated_count > 32768
  extent_index:
    seq:
      - id: block
        type: u4
        doc: First block of the file that the child is about
      - id: child_low
        type: u4
      - id: child_high
        type: u2
      - id: unused
        type: u2
    instances:
      child:
        io: _root._io
        pos: (child_high * 4294967296 + child_low) * _root.super_block.block_bytes
        size: _root.super_block.block_bytes
        type: extent_node
enums:
  error_behaviours:
    1: go_on
    2: remount_read_only
    3: panic
  systems:
    0: linux
    1: hurd
    2: masix
    3: freebsd
    4: lites
  revisions:
    0: original
    1: dynamic
  hashes:
    0: legacy
    1: half_md4
    2: tea
    3: unsigned_legacy
    4: unsigned_half_md4
    5: unsigned_tea
    6: siphash
  file_kinds:
    0: none
    1: fifo
    2: character_device
    4: directory
    6: block_device
    8: regular
    10: symbolic_link
    12: socket
