meta:
  id: zip
  title: ZIP archive
  file-extension: [zip, jar, war, apk, aar, vsix, xpi, epub, docx, xlsx, pptx, odt, ods, odp, whl, nupkg, cbz, kmz, ipa]
  xref:
    iso: 21320-1
    mime: application/zip
    pronom: x-fmt/263
    wikidata: Q136218
  license: MIT
  endian: le
  bit-endian: le
  imports:
    - common/dos_stamp
doc: |
  An archive is read from its end: the end record names the place of the central directory, whose entries name the places of
  the files. The end record is looked for at its place without a comment first, then backwards through the longest comment.
  When there is none, as in an archive cut short, `sections` walks through the file from its start.
doc-ref: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT APPNOTE.TXT, .ZIP File Format Specification, 6.3.10
seq:
  - id: magic
    size: 4
    valid:
      any-of:
        - '[0x50, 0x4b, 0x03, 0x04]'
        - '[0x50, 0x4b, 0x05, 0x06]'
        - '[0x50, 0x4b, 0x07, 0x08]'
    doc: |
      Of the first record: a local file, the end of an empty archive, or the mark of a split one. An archive behind a program
      (self-extracting) begins with that program
instances:
  is_plain_end:
    pos: _io.size - 22
    type: probe(0)
    if: _io.size >= 22
  end_probes:
    pos: 0
    type: probe(_index + 1)
    repeat: until
    repeat-until: _.is_end or _.comment_length >= 65535 or _.comment_length + 22 >= _io.size
    if: _io.size > 22 and not is_plain_end.is_end
    doc: Looks for the end record, one byte further from the end each time
  has_end:
    value: '_io.size < 22 ? false : is_plain_end.is_end ? true : _io.size == 22 ? false : end_probes.last.is_end'
  end_place:
    value: '_io.size - 22 - (is_plain_end.is_end ? 0 : end_probes.last.comment_length)'
    if: has_end
  end:
    pos: end_place
    type: end_record
    if: has_end
  zip64_locator:
    pos: end_place - 20
    type: zip64_locator
    if: has_end and end_place >= 20 and zip64_locator_signature == 0x07064b50
  zip64_locator_signature:
    pos: end_place - 20
    type: u4
    if: has_end and end_place >= 20
  has_zip64:
    value: 'has_end and end_place >= 20 ? zip64_locator_signature == 0x07064b50 : false'
  zip64_end:
    pos: zip64_locator.end_place
    type: zip64_end_record
    if: has_zip64
  directory_size:
    value: 'has_zip64 ? zip64_end.directory_size : end.directory_size'
    if: has_end
  directory_place:
    value: 'has_zip64 ? zip64_end.directory_place : end.directory_place'
    if: has_end
  entry_count:
    value: 'has_zip64 ? zip64_end.entry_count : end.entry_count'
    if: has_end
  shift:
    value: 'has_zip64 ? 0 : end_place - end.directory_size - end.directory_place'
    if: has_end
    doc: Bytes before the archive that its places do not count, such as a program put in front of it later
  directory:
    pos: directory_place + shift
    size: directory_size
    type: directory
    if: has_end
  sections:
    pos: 0
    type: section
    repeat: eos
    if: not has_end
types:
  probe:
    params:
      - id: comment_length
        type: u4
    instances:
      signature:
        io: _root._io
        pos: _root._io.size - 22 - comment_length
        type: u4
      stated_length:
        io: _root._io
        pos: _root._io.size - 2 - comment_length
        type: u2
      is_end:
        value: signature == 0x06054b50 and stated_length == comment_length
  version:
    doc-ref: APPNOTE 4.4.2 and 4.4.3
    seq:
      - id: number
        type: u1
        doc: Ten times the version of the specification
      - id: system
        type: u1
        enum: systems
        doc: Whose file attributes the entry has
  flags:
    doc-ref: APPNOTE 4.4.4 general purpose bit flag
    seq:
      - id: is_encrypted
        type: b1
      - id: method_options
        type: b2
        doc: Of deflate 0 normal, 1 maximum, 2 fast, 3 super fast
      - id: has_data_descriptor
        type: b1
        doc: CRC and sizes were unknown when the header was written and follow the data
      - id: is_enhanced_deflate
        type: b1
      - id: is_patch
        type: b1
      - id: is_strongly_encrypted
        type: b1
      - id: unused
        type: b4
      - id: is_utf8
        type: b1
        doc: Name and comment are UTF-8; else IBM code page 437, or on Unix what the system used, most often UTF-8 as well
        doc-ref: APPNOTE, Appendix D
      - id: reserved_12
        type: b1
      - id: is_header_masked
        type: b1
      - id: reserved_14
        type: b2
  name:
    params:
      - id: is_utf8
        type: bool
    seq:
      - id: utf8
        type: str
        size-eos: true
        encoding: UTF-8
        if: is_utf8
      - id: cp437
        type: str
        size-eos: true
        encoding: IBM437
        if: not is_utf8
    instances:
      text:
        value: 'is_utf8 ? utf8 : cp437'
  section:
    doc: One record of any kind, by its signature
    seq:
      - id: signature
        type: u4
        enum: signatures
        valid:
          in-enum: true
      - id: body
        type:
          switch-on: signature
          cases:
            signatures::local_file: streamed_file
            signatures::central_file: central_file
            signatures::zip64_end: zip64_end_body
            signatures::zip64_locator: zip64_locator_body
            signatures::end: end_body
            signatures::data_descriptor: descriptor_body
            signatures::archive_extra: sized_data
            signatures::digital_signature: short_sized_data
  streamed_file:
    doc: A file as far as its local header tells. Without a stated size the next record cannot be found
    seq:
      - id: header
        type: local_header(false)
      - id: data
        size: header.compressed_size
  sized_data:
    seq:
      - id: length
        type: u4
      - id: data
        size: length
  short_sized_data:
    seq:
      - id: length
        type: u2
      - id: data
        size: length
  local_header:
    doc-ref: APPNOTE 4.3.7 Local file header
    params:
      - id: is_unix
        type: bool
        doc: The central directory says so
    seq:
      - id: version_needed
        type: version
      - id: flags
        type: flags
      - id: method
        type: u2
        enum: methods
      - id: modified
        type: dos_stamp
      - id: crc32
        type: u4
      - id: compressed_size
        type: u4
        doc: 0xffffffff when the ZIP64 extra field has it
      - id: uncompressed_size
        type: u4
      - id: name_length
        type: u2
      - id: extra_length
        type: u2
      - id: name
        size: name_length
        type: name(flags.is_utf8 or is_unix)
      - id: extra
        size: extra_length
        type: extra_fields(uncompressed_size == 0xffffffff, compressed_size == 0xffffffff, false)
  local_file:
    params:
      - id: size
        type: u8
      - id: is_unix
        type: bool
    seq:
      - id: signature
        contents: [0x50, 0x4b, 0x03, 0x04]
      - id: header
        type: local_header(is_unix)
      - id: data
        size: size
        doc: As stored, compressed or not
      - id: descriptor
        type: descriptor(_io.pos, header.extra.has_zip64)
        if: header.flags.has_data_descriptor
  descriptor:
    doc: The signature is optional, and the sizes have eight bytes when the local header has a ZIP64 extra field
    doc-ref: APPNOTE 4.3.9 Data descriptor
    params:
      - id: start
        type: u8
      - id: is_wide
        type: bool
    seq:
      - id: signature
        contents: [0x50, 0x4b, 0x07, 0x08]
        if: first == 0x08074b50
      - id: crc32
        type: u4
      - id: compressed_size
        type:
          switch-on: is_wide
          cases:
            true: u8
            false: u4
      - id: uncompressed_size
        type:
          switch-on: is_wide
          cases:
            true: u8
            false: u4
    instances:
      first:
        pos: start
        type: u4
  descriptor_body:
    seq:
      - id: crc32
        type: u4
      - id: compressed_size
        type: u4
      - id: uncompressed_size
        type: u4
  directory:
    seq:
      - id: entries
        type: entry
        repeat: eos
  entry:
    seq:
      - id: signature
        type: u4
        enum: signatures
        valid:
          any-of: [signatures::central_file, signatures::digital_signature]
      - id: header
        type: central_file
        if: signature == signatures::central_file
      - id: digital_signature
        type: short_sized_data
        if: signature == signatures::digital_signature
    instances:
      file:
        io: _root._io
        pos: header.place + _root.shift
        type: local_file(header.stored_size, header.is_unix)
        if: signature == signatures::central_file
        doc: What the entry is about, at its place in the archive
  central_file:
    doc-ref: APPNOTE 4.3.12 Central directory structure
    seq:
      - id: version_made_by
        type: version
      - id: version_needed
        type: version
      - id: flags
        type: flags
      - id: method
        type: u2
        enum: methods
      - id: modified
        type: dos_stamp
      - id: crc32
        type: u4
      - id: compressed_size
        type: u4
        doc: 0xffffffff when the ZIP64 extra field has it
      - id: uncompressed_size
        type: u4
      - id: name_length
        type: u2
      - id: extra_length
        type: u2
      - id: comment_length
        type: u2
      - id: disk
        type: u2
        doc: Where the file starts, of an archive in several parts
      - id: is_text
        type: b1
      - id: internal_reserved
        type: b15
      - id: dos_attributes
        type: dos_attributes
      - id: external_low
        type: u1
      - id: unix_mode
        type: unix_mode
        doc: Of use when `version_made_by.system` is unix
      - id: local_place
        type: u4
      - id: name
        size: name_length
        type: name(flags.is_utf8 or is_unix)
      - id: extra
        size: extra_length
        type: extra_fields(uncompressed_size == 0xffffffff, compressed_size == 0xffffffff, local_place == 0xffffffff)
      - id: comment
        size: comment_length
        type: name(flags.is_utf8 or is_unix)
    instances:
      is_unix:
        value: version_made_by.system == systems::unix or version_made_by.system == systems::darwin
      stored_size:
        value: 'compressed_size == 0xffffffff and extra.has_zip64 ? extra.zip64.compressed_size.as<u8> : compressed_size.as<u8>'
      real_size:
        value: 'uncompressed_size == 0xffffffff and extra.has_zip64 ? extra.zip64.uncompressed_size.as<u8> : uncompressed_size.as<u8>'
      place:
        value: 'local_place == 0xffffffff and extra.has_zip64 ? extra.zip64.place.as<u8> : local_place.as<u8>'
  dos_attributes:
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
      - id: reserved
        type: b2
  unix_mode:
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
        enum: unix_kinds
  extra_fields:
    doc-ref: APPNOTE 4.5 Extensible data fields
    params:
      - id: has_wide_uncompressed
        type: bool
      - id: has_wide_compressed
        type: bool
      - id: has_wide_place
        type: bool
    seq:
      - id: items
        type: extra_field(has_wide_uncompressed, has_wide_compressed, has_wide_place)
        repeat: eos
    instances:
      has_zip64:
        value: 'items.size == 0 ? false : items[0].id == extra_ids::zip64 ? true : items.last.id == extra_ids::zip64'
      zip64:
        value: '(items[0].id == extra_ids::zip64 ? items[0] : items.last).body.as<zip64_extra>'
        if: has_zip64
        doc: Looked for as the first and as the last field, where writers put it
  extra_field:
    params:
      - id: has_wide_uncompressed
        type: bool
      - id: has_wide_compressed
        type: bool
      - id: has_wide_place
        type: bool
    seq:
      - id: id
        type: u2
        enum: extra_ids
      - id: length
        type: u2
      - id: body
        size: length
        type:
          switch-on: id
          cases:
            extra_ids::zip64: zip64_extra(has_wide_uncompressed, has_wide_compressed, has_wide_place)
            extra_ids::ntfs: ntfs_extra
            extra_ids::unix_times: unix_times_extra
            extra_ids::unix_ids: unix_ids_extra
            extra_ids::unicode_path: unicode_extra
            extra_ids::unicode_comment: unicode_extra
            extra_ids::aes: aes_extra
  zip64_extra:
    doc: Only what did not fit into the header
    doc-ref: APPNOTE 4.5.3 Zip64 Extended Information Extra Field
    params:
      - id: has_uncompressed
        type: bool
      - id: has_compressed
        type: bool
      - id: has_place
        type: bool
    seq:
      - id: uncompressed_size
        type: u8
        if: has_uncompressed
      - id: compressed_size
        type: u8
        if: has_compressed
      - id: place
        type: u8
        if: has_place
      - id: rest
        size-eos: true
  ntfs_extra:
    doc-ref: APPNOTE 4.5.5 NTFS Extra Field
    seq:
      - id: reserved
        type: u4
      - id: attributes
        type: ntfs_attribute
        repeat: eos
  ntfs_attribute:
    seq:
      - id: tag
        type: u2
      - id: length
        type: u2
      - id: times
        size: length
        type: ntfs_times
        if: tag == 1
      - id: data
        size: length
        if: tag != 1
  ntfs_times:
    doc: Steps of 100 ns since 1601-01-01 UTC
    seq:
      - id: modified
        type: u8
      - id: accessed
        type: u8
      - id: created
        type: u8
  unix_times_extra:
    doc: Seconds since 1970-01-01 UTC. The central directory has the time of modification only
    doc-ref: https://libzip.org/specifications/extrafld.txt Info-ZIP, Extended Timestamp Extra Field
    seq:
      - id: has_modified
        type: b1
      - id: has_accessed
        type: b1
      - id: has_created
        type: b1
      - id: reserved
        type: b5
      - id: modified
        type: s4
        if: has_modified and not _io.eof
      - id: accessed
        type: s4
        if: has_accessed and not _io.eof
      - id: created
        type: s4
        if: has_created and not _io.eof
  unix_ids_extra:
    doc-ref: https://libzip.org/specifications/extrafld.txt Info-ZIP New Unix Extra Field
    seq:
      - id: version
        type: u1
      - id: user
        type: sized_number
      - id: group
        type: sized_number
  sized_number:
    seq:
      - id: length
        type: u1
      - id: small
        type: u4
        if: length == 4
      - id: data
        size: length
        if: length != 4
  unicode_extra:
    doc-ref: APPNOTE 4.6.8 and 4.6.9 Info-ZIP Unicode Comment and Path Extra Field
    seq:
      - id: version
        type: u1
      - id: crc32
        type: u4
        doc: Of the name or comment that this one stands for
      - id: text
        type: str
        size-eos: true
        encoding: UTF-8
  aes_extra:
    doc-ref: https://www.winzip.com/en/support/aes-encryption/ AES Encryption Information, II. B.
    seq:
      - id: version
        type: u2
      - id: vendor
        type: str
        size: 2
        encoding: ASCII
      - id: strength
        type: u1
        enum: aes_strengths
      - id: method
        type: u2
        enum: methods
  end_record:
    doc-ref: APPNOTE 4.3.16 End of central directory record
    seq:
      - id: signature
        contents: [0x50, 0x4b, 0x05, 0x06]
      - id: body
        type: end_body
    instances:
      entry_count:
        value: body.entry_count
      directory_size:
        value: body.directory_size
      directory_place:
        value: body.directory_place
  end_body:
    seq:
      - id: disk
        type: u2
      - id: directory_disk
        type: u2
      - id: disk_entry_count
        type: u2
        doc: Entries of the directory on this disk
      - id: entry_count
        type: u2
        doc: 0xffff, like any other number of only ones, when the ZIP64 record has it
      - id: directory_size
        type: u4
      - id: directory_place
        type: u4
      - id: comment_length
        type: u2
      - id: comment
        type: str
        size: comment_length
        encoding: IBM437
  zip64_locator:
    doc-ref: APPNOTE 4.3.15 Zip64 end of central directory locator
    seq:
      - id: signature
        contents: [0x50, 0x4b, 0x06, 0x07]
      - id: body
        type: zip64_locator_body
    instances:
      end_place:
        value: body.end_place
  zip64_locator_body:
    seq:
      - id: disk
        type: u4
      - id: end_place
        type: u8
      - id: disk_count
        type: u4
  zip64_end_record:
    doc-ref: APPNOTE 4.3.14 Zip64 end of central directory record
    seq:
      - id: signature
        contents: [0x50, 0x4b, 0x06, 0x06]
      - id: body
        type: zip64_end_body
    instances:
      entry_count:
        value: body.content.entry_count
      directory_size:
        value: body.content.directory_size
      directory_place:
        value: body.content.directory_place
  zip64_end_body:
    seq:
      - id: length
        type: u8
        doc: Of what follows
      - id: content
        size: length
        type: zip64_end_content
  zip64_end_content:
    seq:
      - id: version_made_by
        type: version
      - id: version_needed
        type: version
      - id: disk
        type: u4
      - id: directory_disk
        type: u4
      - id: disk_entry_count
        type: u8
      - id: entry_count
        type: u8
      - id: directory_size
        type: u8
      - id: directory_place
        type: u8
      - id: extensible
        size-eos: true
enums:
  signatures:
    0x02014b50: central_file
    0x04034b50: local_file
    0x05054b50: digital_signature
    0x06054b50: end
    0x06064b50: zip64_end
    0x07064b50: zip64_locator
    0x08064b50: archive_extra
    0x08074b50: data_descriptor
  systems:
    0: fat
    1: amiga
    2: openvms
    3: unix
    4: vm_cms
    5: atari_st
    6: hpfs
    7: macintosh
    8: z_system
    9: cpm
    10: ntfs
    11: mvs
    12: vse
    13: acorn_riscos
    14: vfat
    15: alternate_mvs
    16: beos
    17: tandem
    18: os_400
    19: darwin
  methods:
    0: stored
    1: shrunk
    2: reduced_1
    3: reduced_2
    4: reduced_3
    5: reduced_4
    6: imploded
    8: deflated
    9: deflate64
    10: dcl_imploded
    12: bzip2
    14: lzma
    16: cmpsc
    18: terse
    19: lz77
    20: zstd_deprecated
    93: zstd
    94: mp3
    95: xz
    96: jpeg
    97: wavpack
    98: ppmd
    99: aes
  extra_ids:
    0x0001: zip64
    0x000a: ntfs
    0x000d: old_unix
    0x0017: strong_encryption
    0x5455: unix_times
    0x5855: old_unix_times
    0x6375: unicode_comment
    0x7075: unicode_path
    0x7855: old_unix_ids
    0x7875: unix_ids
    0x9901: aes
    0xa11e: apache_alignment
    0xcafe: jar
    0xd935: android_alignment
  aes_strengths:
    1: aes_128
    2: aes_192
    3: aes_256
  unix_kinds:
    1: fifo
    2: character_device
    4: directory
    6: block_device
    8: regular
    10: symbolic_link
    12: socket
