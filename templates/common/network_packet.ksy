meta:
  id: network_packet
  title: Ethernet frame and what it carries (IP, TCP, UDP, ICMP, ARP)
  license: MIT
  endian: be
doc: A captured packet, by the layer that the capture begins with. Packets cut by the capture end early, with an error there.
doc-ref:
  - https://www.tcpdump.org/linktypes.html Link-Layer Header Types
  - https://www.rfc-editor.org/rfc/rfc791 RFC 791 (IPv4)
  - https://www.rfc-editor.org/rfc/rfc8200 RFC 8200 (IPv6)
  - https://www.rfc-editor.org/rfc/rfc9293 RFC 9293 (TCP)
  - https://www.rfc-editor.org/rfc/rfc768 RFC 768 (UDP)
params:
  - id: link
    type: u2
    doc: LINKTYPE_ number
seq:
  - id: loopback_family
    type: u4
    if: link == 0
    doc: Of the capturing system, in its own byte order
  - id: content
    size-eos: true
    type:
      switch-on: link
      cases:
        0: ip
        1: ethernet
        12: ip
        14: ip
        101: ip
        113: cooked
        228: ip
        229: ip
        276: cooked_2
types:
  mac_address:
    seq:
      - id: bytes
        size: 6
    instances:
      is_group:
        value: (bytes[0] & 1) != 0
  ethernet:
    doc-ref: IEEE 802.3, 3.1.1
    seq:
      - id: destination
        type: mac_address
      - id: source
        type: mac_address
      - id: protocol
        type: u2
        enum: protocols
        doc: Below 1536 the length of an IEEE 802.3 frame
      - id: body
        size-eos: true
        type:
          switch-on: protocol
          cases:
            protocols::ipv4: ip
            protocols::ipv6: ip
            protocols::arp: arp
            protocols::vlan: vlan
            protocols::service_vlan: vlan
  vlan:
    doc-ref: IEEE 802.1Q, 9.6
    seq:
      - id: priority
        type: b3
      - id: may_drop
        type: b1
      - id: number
        type: b12
      - id: protocol
        type: u2
        enum: protocols
      - id: body
        size-eos: true
        type:
          switch-on: protocol
          cases:
            protocols::ipv4: ip
            protocols::ipv6: ip
            protocols::arp: arp
            protocols::vlan: vlan
  cooked:
    doc-ref: https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html LINKTYPE_LINUX_SLL
    seq:
      - id: direction
        type: u2
        enum: directions
      - id: device_kind
        type: u2
      - id: address_length
        type: u2
      - id: address
        size: 8
      - id: protocol
        type: u2
        enum: protocols
      - id: body
        size-eos: true
        type:
          switch-on: protocol
          cases:
            protocols::ipv4: ip
            protocols::ipv6: ip
            protocols::arp: arp
  cooked_2:
    doc-ref: https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html LINKTYPE_LINUX_SLL2
    seq:
      - id: protocol
        type: u2
        enum: protocols
      - id: reserved
        type: u2
      - id: interface_index
        type: u4
      - id: device_kind
        type: u2
      - id: direction
        type: u1
        enum: directions
      - id: address_length
        type: u1
      - id: address
        size: 8
      - id: body
        size-eos: true
        type:
          switch-on: protocol
          cases:
            protocols::ipv4: ip
            protocols::ipv6: ip
            protocols::arp: arp
  arp:
    doc-ref: https://www.rfc-editor.org/rfc/rfc826 RFC 826
    seq:
      - id: hardware
        type: u2
      - id: protocol
        type: u2
        enum: protocols
      - id: hardware_length
        type: u1
      - id: protocol_length
        type: u1
      - id: operation
        type: u2
        enum: arp_operations
      - id: sender_hardware
        size: hardware_length
      - id: sender_protocol
        size: protocol_length
      - id: target_hardware
        size: hardware_length
      - id: target_protocol
        size: protocol_length
  ip:
    seq:
      - id: v4
        type: ipv4
        if: version == 4
      - id: v6
        type: ipv6
        if: version == 6
    instances:
      first:
        pos: 0
        type: u1
      version:
        value: first >> 4
  ipv4_address:
    seq:
      - id: bytes
        size: 4
    instances:
      text:
        value: bytes[0].to_s + "." + bytes[1].to_s + "." + bytes[2].to_s + "." + bytes[3].to_s
  ipv4:
    doc-ref: RFC 791, 3.1
    seq:
      - id: version
        type: b4
        valid: 4
      - id: header_words
        type: b4
        valid:
          min: 5
        doc: Of four bytes
      - id: service
        type: b6
        doc: Differentiated services code point
      - id: congestion
        type: b2
      - id: length
        type: u2
        doc: With this header
      - id: id
        type: u2
      - id: reserved
        type: b1
      - id: must_not_fragment
        type: b1
      - id: has_more_fragments
        type: b1
      - id: fragment_offset
        type: b13
        doc: In units of eight bytes
      - id: time_to_live
        type: u1
      - id: protocol
        type: u1
        enum: ip_protocols
      - id: checksum
        type: u2
      - id: source
        type: ipv4_address
      - id: destination
        type: ipv4_address
      - id: options
        size: header_words * 4 - 20
      - id: body
        size: 'length >= header_words * 4 and length - header_words * 4 <= _io.size - _io.pos ? length - header_words * 4 : _io.size - _io.pos'
        type:
          switch-on: inner
          cases:
            ip_protocols::icmp: icmp
            ip_protocols::tcp: tcp
            ip_protocols::udp: udp
      - id: padding
        size-eos: true
        doc: Ethernet frames have at least 60 bytes
    instances:
      inner:
        value: 'fragment_offset == 0 ? protocol.to_i : 255'
        enum: ip_protocols
        doc: Of a later fragment the body is no header
  ipv6:
    doc-ref: RFC 8200, 3
    seq:
      - id: version
        type: b4
        valid: 6
      - id: traffic_class
        type: b8
      - id: flow_label
        type: b20
      - id: length
        type: u2
        doc: Of what follows the header
      - id: next
        type: u1
        enum: ip_protocols
      - id: hop_limit
        type: u1
      - id: source
        size: 16
      - id: destination
        size: 16
      - id: body
        size: 'length <= _io.size - _io.pos ? length.as<s4> : _io.size - _io.pos'
        type:
          switch-on: next
          cases:
            ip_protocols::hop_by_hop: ipv6_extension
            ip_protocols::routing: ipv6_extension
            ip_protocols::destination_options: ipv6_extension
            ip_protocols::icmp_v6: icmp
            ip_protocols::tcp: tcp
            ip_protocols::udp: udp
      - id: padding
        size-eos: true
  ipv6_extension:
    doc-ref: RFC 8200, 4
    seq:
      - id: next
        type: u1
        enum: ip_protocols
      - id: length
        type: u1
        doc: In units of eight bytes, without the first eight
      - id: data
        size: length * 8 + 6
      - id: body
        size-eos: true
        type:
          switch-on: next
          cases:
            ip_protocols::hop_by_hop: ipv6_extension
            ip_protocols::routing: ipv6_extension
            ip_protocols::destination_options: ipv6_extension
            ip_protocols::icmp_v6: icmp
            ip_protocols::tcp: tcp
            ip_protocols::udp: udp
  icmp:
    doc-ref: https://www.rfc-editor.org/rfc/rfc792 RFC 792; RFC 4443 for IPv6
    seq:
      - id: kind
        type: u1
        doc: 8 echo request and 0 its reply; in IPv6 128 and 129
      - id: code
        type: u1
      - id: checksum
        type: u2
      - id: body
        size-eos: true
  udp:
    seq:
      - id: source_port
        type: u2
      - id: destination_port
        type: u2
      - id: length
        type: u2
        doc: With this header
      - id: checksum
        type: u2
      - id: data
        size-eos: true
  tcp:
    doc-ref: RFC 9293, 3.1
    seq:
      - id: source_port
        type: u2
      - id: destination_port
        type: u2
      - id: sequence_number
        type: u4
      - id: acknowledgment_number
        type: u4
      - id: header_words
        type: b4
        valid:
          min: 5
        doc: Of four bytes
      - id: reserved
        type: b4
      - id: cwr
        type: b1
        doc: Congestion window reduced
      - id: ece
        type: b1
      - id: urg
        type: b1
      - id: ack
        type: b1
      - id: psh
        type: b1
      - id: rst
        type: b1
      - id: syn
        type: b1
      - id: fin
        type: b1
      - id: window
        type: u2
      - id: checksum
        type: u2
      - id: urgent
        type: u2
      - id: options
        type: tcp_options
        size: header_words * 4 - 20
      - id: data
        size-eos: true
  tcp_options:
    seq:
      - id: items
        type: tcp_option
        repeat: eos
  tcp_option:
    doc-ref: RFC 9293, 3.1 Options; RFC 7323; RFC 2018
    seq:
      - id: kind
        type: u1
        enum: tcp_option_kinds
      - id: length
        type: u1
        if: has_length
        valid:
          min: 2
      - id: data
        size: length - 2
        if: has_length
    instances:
      has_length:
        value: kind != tcp_option_kinds::end and kind != tcp_option_kinds::no_operation
enums:
  protocols:
    0x0800: ipv4
    0x0806: arp
    0x8035: rarp
    0x8100: vlan
    0x86dd: ipv6
    0x8808: flow_control
    0x8809: slow_protocols
    0x8847: mpls
    0x8863: pppoe_discovery
    0x8864: pppoe_session
    0x888e: eapol
    0x88a8: service_vlan
    0x88cc: lldp
    0x88e5: macsec
    0x88f7: ptp
  ip_protocols:
    0: hop_by_hop
    1: icmp
    2: igmp
    4: ipv4
    6: tcp
    17: udp
    41: ipv6
    43: routing
    44: fragment
    47: gre
    50: esp
    51: ah
    58: icmp_v6
    59: no_next
    60: destination_options
    89: ospf
    103: pim
    112: vrrp
    132: sctp
    255: reserved
  arp_operations:
    1: request
    2: reply
  directions:
    0: to_us
    1: broadcast
    2: multicast
    3: to_other
    4: from_us
  tcp_option_kinds:
    0: end
    1: no_operation
    2: maximum_segment_size
    3: window_scale
    4: sack_permitted
    5: sack
    8: timestamps
    34: fast_open
