meta:
  id: pcapng
  title: Packet capture (pcapng)
  file-extension: [pcapng, ntar]
  xref:
    mime: application/x-pcapng
    wikidata: Q28206804
  license: MIT
  imports:
    - common/network_packet
doc: |
  Blocks that begin and end with their length. A section header sets the byte order of the blocks up to the next one;
  interfaces are counted in each section from 0. The packets shown layer by layer are those of the first interface's kind.
doc-ref: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/ PCAP Now Generic (pcapng) Capture File Format
seq:
  - id: magic
    contents: [0x0a, 0x0d, 0x0d, 0x0a]
    doc: Kind of the first block, a section header, the same in both byte orders
  - id: length_place
    size: 4
  - id: byte_order
    type: u4be
    enum: byte_orders
    valid:
      in-enum: true
    doc: Of the first section. Those of later ones are taken to be the same
instances:
  section:
    pos: 0
    type: section
types:
  section:
    meta:
      endian:
        switch-on: _root.byte_order
        cases:
          byte_orders::big: be
          byte_orders::little: le
    seq:
      - id: blocks
        type: block
        repeat: eos
    instances:
      link:
        value: 'blocks.size > 1 and blocks[1].kind == kinds::interface ? blocks[1].body.as<interface>.link.to_i : 0xffff'
        enum: link_types
    types:
      block:
        doc-ref: pcapng, 3.1 General Block Structure
        seq:
          - id: kind
            type: u4
            enum: kinds
          - id: length
            type: u4
            valid:
              min: 12
            doc: Of the whole block
          - id: body
            size: (length + 3) / 4 * 4 - 12
            type:
              switch-on: kind
              cases:
                kinds::section_header: section_header
                kinds::interface: interface
                kinds::simple_packet: simple_packet
                kinds::enhanced_packet: enhanced_packet
                kinds::interface_statistics: statistics
                kinds::name_resolution: name_resolution
          - id: length_again
            type: u4
            valid: length
      section_header:
        doc-ref: pcapng, 4.1
        seq:
          - id: byte_order
            type: u4
          - id: version_major
            type: u2
          - id: version_minor
            type: u2
          - id: section_length
            type: s8
            doc: Of the blocks that follow; -1 when unknown
          - id: options
            type: options
            size-eos: true
      interface:
        doc-ref: pcapng, 4.2
        seq:
          - id: link
            type: u2
            enum: link_types
          - id: reserved
            type: u2
          - id: max_length
            type: u4
            doc: Packets were cut to this; 0 for no limit
          - id: options
            type: options
            size-eos: true
            doc: 2 is the name, 9 the resolution of times, a negative power of ten (or of two with the top bit set)
      enhanced_packet:
        doc-ref: pcapng, 4.3
        seq:
          - id: interface
            type: u4
          - id: time_high
            type: u4
          - id: time_low
            type: u4
          - id: length
            type: u4
            doc: Bytes that were kept
          - id: original_length
            type: u4
          - id: content
            type: network_packet(_root.section.link.to_i)
            size: length
          - id: padding
            size: (4 - length % 4) % 4
          - id: options
            type: options
            size-eos: true
        instances:
          time:
            value: time_high * 4294967296 + time_low
            doc: Microseconds since 1970-01-01 UTC, unless the interface states another resolution
      simple_packet:
        doc-ref: pcapng, 4.4
        seq:
          - id: original_length
            type: u4
          - id: content
            type: network_packet(_root.section.link.to_i)
            size: 'original_length < _io.size - 4 ? original_length.as<s4> : _io.size - 4'
          - id: padding
            size-eos: true
      name_resolution:
        doc-ref: pcapng, 4.5
        seq:
          - id: records
            type: option
            repeat: until
            repeat-until: _.code == 0 or _io.eof
          - id: options
            type: options
            size-eos: true
      statistics:
        doc-ref: pcapng, 4.6
        seq:
          - id: interface
            type: u4
          - id: time_high
            type: u4
          - id: time_low
            type: u4
          - id: options
            type: options
            size-eos: true
            doc: 2 and 3 start and end of the capture, 4 packets received, 5 packets dropped
      options:
        seq:
          - id: items
            type: option
            repeat: eos
      option:
        doc-ref: pcapng, 3.5 Options
        seq:
          - id: code
            type: u2
            doc: 0 ends the list, 1 is a comment; the others depend on the block
          - id: length
            type: u2
          - id: value
            size: length
          - id: padding
            size: (4 - length % 4) % 4
enums:
  byte_orders:
    0x1a2b3c4d: big
    0x4d3c2b1a: little
  kinds:
    0x00000001: interface
    0x00000002: packet
    0x00000003: simple_packet
    0x00000004: name_resolution
    0x00000005: interface_statistics
    0x00000006: enhanced_packet
    0x00000009: systemd_journal_export
    0x0000000a: decryption_secrets
    0x00000bad: custom
    0x40000bad: custom_not_copied
    0x0a0d0d0a: section_header
  link_types:
    0: loopback
    1: ethernet
    6: token_ring
    9: ppp
    10: fddi
    12: raw
    14: raw_openbsd
    101: raw_ip
    105: ieee802_11
    113: linux_cooked
    119: prism
    127: ieee802_11_radiotap
    147: user_0
    187: bluetooth_hci_h4
    189: usb_linux
    192: ppi
    195: ieee802_15_4
    220: usb_linux_mmapped
    227: can
    228: ipv4
    229: ipv6
    239: nflog
    249: usbpcap
    251: bluetooth_le
    253: netlink
    276: linux_cooked_2
