meta:
  id: gzip
  title: gzip compressed file
  file-extension: [gz, tgz, svgz]
  xref:
    rfc: 1952
    mime: application/gzip
    pronom: x-fmt/266
    wikidata: Q10287816
  license: MIT
  endian: le
  bit-endian: le
doc: |
  One member of a gzip file: a header, a raw deflate stream (RFC 1951) and a check. A file may hold several members; where
  the first one ends only its decompression can tell, so `compressed` reaches to the last eight bytes of the file and the
  trailer is that of the last member.
doc-ref: https://www.rfc-editor.org/rfc/rfc1952 RFC 1952
seq:
  - id: magic
    contents: [0x1f, 0x8b]
    doc: ID1 and ID2
    doc-ref: RFC 1952, 2.3.1
  - id: method
    type: u1
    enum: methods
    valid:
      any-of: [methods::deflate]
    doc: CM. Values below 8 are reserved, 8 is the only one in use
  - id: flags
    type: flags
  - id: modified
    type: u4
    doc: MTIME. Seconds since 1970-01-01 UTC; 0 says nothing
  - id: effort
    type: u1
    enum: efforts
    doc: XFL, set by the compressor
  - id: system
    type: u1
    enum: systems
    doc: OS, the file system that the data came from
  - id: extra
    type: extra
    if: flags.has_extra
  - id: name
    type: strz
    encoding: ISO-8859-1
    if: flags.has_name
    doc: Original file name without folders
  - id: comment
    type: strz
    encoding: ISO-8859-1
    if: flags.has_comment
  - id: header_crc
    type: u2
    if: flags.has_header_crc
    doc: Lower 16 bits of the CRC-32 of all header bytes before this field
  - id: compressed
    size: _io.size - _io.pos - 8
    doc: Deflate stream
  - id: crc32
    type: u4
    doc: CRC-32 of the uncompressed data
  - id: uncompressed_size
    type: u4
    doc: ISIZE. Modulo 2^32
types:
  flags:
    doc-ref: RFC 1952, 2.3.1, FLG
    seq:
      - id: is_text
        type: b1
        doc: The compressor believes that this is text
      - id: has_header_crc
        type: b1
      - id: has_extra
        type: b1
      - id: has_name
        type: b1
      - id: has_comment
        type: b1
      - id: reserved
        type: b3
        valid: 0
  extra:
    seq:
      - id: length
        type: u2
      - id: fields
        type: extra_fields
        size: length
  extra_fields:
    seq:
      - id: items
        type: extra_field
        repeat: eos
  extra_field:
    doc-ref: RFC 1952, 2.3.1.1
    seq:
      - id: id
        type: str
        size: 2
        encoding: ISO-8859-1
        doc: SI1 and SI2; "BC" is a block of BGZF, "RA" the table of dictzip
      - id: length
        type: u2
      - id: data
        size: length
enums:
  methods:
    8: deflate
  efforts:
    0: unspecified
    2: best
    4: fastest
  systems:
    0: fat
    1: amiga
    2: vms
    3: unix
    4: vm_cms
    5: atari_tos
    6: hpfs
    7: macintosh
    8: z_system
    9: cpm
    10: tops20
    11: ntfs
    12: qdos
    13: acorn_riscos
    255: unknown
