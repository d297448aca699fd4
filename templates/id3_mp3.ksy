meta:
  id: id3_mp3
  title: MPEG audio (MP3) with ID3 tags
  file-extension: [mp3, mp2, mp1, mpga]
  xref:
    mime: audio/mpeg
    rfc: 3003
    pronom: [fmt/134, fmt/198, fmt/347]
    wikidata: Q42591
  license: MIT
  endian: be
doc: |
  An ID3v2 tag in front where there is one, frames of coded sound, an ID3v1 tag of 128 bytes at the end where there is one.
  The length of a frame follows from its header. What is no frame ends the walk: the last element of `frames` has it.
doc-ref:
  - https://id3.org/id3v2.4.0-structure ID3 tag version 2.4.0, Main Structure
  - https://id3.org/id3v2.3.0 ID3 tag version 2.3.0
  - https://id3.org/id3v2-00 ID3 tag version 2
  - https://id3.org/ID3v1 ID3v1
  - ISO/IEC 11172-3, 2.4.1 and 2.4.2; ISO/IEC 13818-3, 2.4
seq:
  - id: id3v2
    type: id3v2
    if: has_id3v2
  - id: frames
    type: frame(_io.pos)
    repeat: until
    repeat-until: not _.is_frame or _io.eof
    if: not _io.eof
instances:
  has_id3v2:
    value: '_io.size >= 10 ? head == [0x49, 0x44] : false'
  head:
    pos: 0
    size: 2
    valid:
      any-of:
        - '[0x49, 0x44]'
        - '[0xff, 0xfb]'
        - '[0xff, 0xfa]'
        - '[0xff, 0xf3]'
        - '[0xff, 0xf2]'
        - '[0xff, 0xe3]'
        - '[0xff, 0xe2]'
        - '[0xff, 0xfd]'
        - '[0xff, 0xfc]'
    doc: |
      Of a tag ("ID3"), or the sync bits, version and layer of a frame. Layer I (0xff, 0xfe or 0xff) is left out, which hardly
      exists and looks like blank memory or the byte order mark of a text
  id3v1_head:
    pos: _io.size - 128
    size: 3
    if: _io.size >= 128
  id3v1:
    pos: _io.size - 128
    size: 128
    type: id3v1
    if: '_io.size >= 128 ? id3v1_head == [0x54, 0x41, 0x47] : false'
types:
  synchsafe:
    doc: 28 bits, seven in each byte, so that no byte looks like the start of a frame
    doc-ref: ID3 2.4, 6.2 Synchsafe integers
    seq:
      - id: zero_0
        type: b1
        valid: false
      - id: part_0
        type: b7
      - id: zero_1
        type: b1
        valid: false
      - id: part_1
        type: b7
      - id: zero_2
        type: b1
        valid: false
      - id: part_2
        type: b7
      - id: zero_3
        type: b1
        valid: false
      - id: part_3
        type: b7
    instances:
      value:
        value: part_0 << 21 | part_1 << 14 | part_2 << 7 | part_3
  id3v2:
    doc-ref: ID3 2.4, 3.1 ID3v2 header
    seq:
      - id: magic
        contents: ID3
      - id: major
        type: u1
        valid:
          min: 2
          max: 4
      - id: minor
        type: u1
      - id: is_unsynchronized
        type: b1
        doc: A byte 0 was put behind each 0xff (shown as it is here)
      - id: has_extended_header
        type: b1
        doc: In version 2.2 this says that the tag is compressed
      - id: is_experimental
        type: b1
      - id: has_footer
        type: b1
      - id: reserved
        type: b4
      - id: length
        type: synchsafe
        doc: Of what follows the header, without the footer
      - id: content
        type: id3v2_content
        size: length.value
      - id: footer
        size: 10
        if: has_footer
  id3v2_content:
    seq:
      - id: extended_3
        type: extended_3
        if: _parent.has_extended_header and _parent.major == 3
      - id: extended_4
        type: extended_4
        if: _parent.has_extended_header and _parent.major == 4
      - id: frames
        type: tag_frame(_io.pos, _parent.major)
        repeat: until
        repeat-until: _.is_padding or _io.eof
        if: not _io.eof
  extended_3:
    doc-ref: ID3 2.3, 3.2 ID3v2 extended header
    seq:
      - id: length
        type: u4
      - id: data
        size: length
  extended_4:
    doc-ref: ID3 2.4, 3.2 Extended header
    seq:
      - id: length
        type: synchsafe
        doc: With these four bytes
      - id: data
        size: length.value - 4
  tag_frame:
    doc-ref: ID3 2.4, 4. ID3v2 frame overview; ID3 2.3, 3.3; ID3 2.2, 3.2
    params:
      - id: start
        type: u4
      - id: major
        type: u1
    seq:
      - id: padding
        size-eos: true
        if: is_padding
        doc: Room for later changes
      - id: name
        type: str
        size: 'major == 2 ? 3 : 4'
        encoding: ISO-8859-1
        if: not is_padding
        doc: TIT2 title, TPE1 artist, TALB album, TRCK track, TDRC or TYER time, TCON genre, ... (TT2, TP1, TAL in 2.2)
      - id: length_24
        type: b24
        if: not is_padding and major == 2
      - id: length_32
        type: u4
        if: not is_padding and major == 3
      - id: length_28
        type: synchsafe
        if: not is_padding and major == 4
      - id: flags
        type: u2
        if: not is_padding and major >= 3
        doc: Of the upper byte what to do with an unknown frame, of the lower one how it is coded
      - id: body
        size: length
        if: not is_padding
        type:
          switch-on: 'name == "TXXX" or name == "TXX" ? "pair" : name == "APIC" ? "picture" : name == "COMM" or name == "USLT" or name == "COM" ? "comment" : name == "UFID" ? "file_id" : name.substring(0, 1) == "T" ? "text" : name.substring(0, 1) == "W" and name != "WXXX" ? "link" : "data"'
          cases:
            '"text"': text
            '"pair"': pair
            '"comment"': comment
            '"picture"': picture
            '"link"': link
            '"file_id"': file_id
    instances:
      first:
        pos: start
        type: u1
      is_padding:
        value: first == 0
      length:
        value: 'major == 2 ? length_24 : major == 3 ? length_32.as<u4> : length_28.value'
        if: not is_padding
  encoded:
    doc-ref: ID3 2.4, 4. ID3v2 frame overview, text encodings
    params:
      - id: encoding
        type: u1
        enum: encodings
    seq:
      - id: byte_order
        type: u2
        enum: byte_orders
        if: encoding == encodings::utf16
      - id: latin
        type: str
        size-eos: true
        encoding: ISO-8859-1
        if: encoding == encodings::latin
      - id: utf16_le
        type: str
        size-eos: true
        encoding: UTF-16LE
        if: is_little
      - id: utf16_be
        type: str
        size-eos: true
        encoding: UTF-16BE
        if: is_big
      - id: utf8
        type: str
        size-eos: true
        encoding: UTF-8
        if: encoding == encodings::utf8
    instances:
      is_little:
        value: 'encoding == encodings::utf16 ? byte_order == byte_orders::little : false'
      is_big:
        value: 'encoding == encodings::utf16 ? byte_order != byte_orders::little : encoding == encodings::utf16_be'
      value:
        value: 'encoding == encodings::latin ? latin : is_little ? utf16_le : is_big ? utf16_be : encoding == encodings::utf8 ? utf8 : ""'
        doc: A zero parts several values, and may end the last one
  short_text:
    doc: Text up to a zero
    params:
      - id: encoding
        type: u1
        enum: encodings
    seq:
      - id: narrow
        type: strz
        encoding: UTF-8
        if: not is_wide
      - id: wide
        type: wide_character
        repeat: until
        repeat-until: _.code == 0
        if: is_wide
    instances:
      is_wide:
        value: encoding == encodings::utf16 or encoding == encodings::utf16_be
  wide_character:
    seq:
      - id: code
        type: u2
        doc: UTF-16; a byte order mark comes first
  text:
    doc-ref: ID3 2.4, 4.2 Text information frames (frames document)
    seq:
      - id: encoding
        type: u1
        enum: encodings
        valid:
          in-enum: true
      - id: text
        type: encoded(encoding)
        size-eos: true
  pair:
    seq:
      - id: encoding
        type: u1
        enum: encodings
      - id: description
        type: short_text(encoding)
      - id: text
        type: encoded(encoding)
        size-eos: true
  comment:
    seq:
      - id: encoding
        type: u1
        enum: encodings
      - id: language
        type: str
        size: 3
        encoding: ISO-8859-1
        doc: ISO 639-2
      - id: description
        type: short_text(encoding)
      - id: text
        type: encoded(encoding)
        size-eos: true
  picture:
    seq:
      - id: encoding
        type: u1
        enum: encodings
      - id: mime
        type: strz
        encoding: ISO-8859-1
      - id: kind
        type: u1
        enum: pictures
      - id: description
        type: short_text(encoding)
      - id: data
        size-eos: true
  link:
    seq:
      - id: address
        type: strz
        size-eos: true
        encoding: ISO-8859-1
  file_id:
    seq:
      - id: owner
        type: strz
        encoding: ISO-8859-1
      - id: id
        size-eos: true
  id3v1:
    doc-ref: ID3v1, with the track number of version 1.1
    seq:
      - id: magic
        contents: TAG
      - id: title
        type: strz
        size: 30
        encoding: ISO-8859-1
        pad-right: 0x20
      - id: artist
        type: strz
        size: 30
        encoding: ISO-8859-1
        pad-right: 0x20
      - id: album
        type: strz
        size: 30
        encoding: ISO-8859-1
        pad-right: 0x20
      - id: year
        type: strz
        size: 4
        encoding: ISO-8859-1
      - id: comment
        type: strz
        size: 28
        encoding: ISO-8859-1
        pad-right: 0x20
      - id: zero
        type: u1
        doc: When not 0, this and the next byte belong to the comment (version 1.0)
      - id: track
        type: u1
      - id: genre
        type: u1
        enum: genres
  frame:
    params:
      - id: start
        type: u8
    seq:
      - id: header
        type: header
        if: is_frame
      - id: crc
        type: u2
        if: 'is_frame ? not header.is_unprotected : false'
      - id: data
        size: 'header.length - (header.is_unprotected ? 4 : 6) < _io.size - _io.pos ? header.length - (header.is_unprotected ? 4 : 6) : _io.size - _io.pos'
        if: is_frame
      - id: other
        size-eos: true
        if: not is_frame
        doc: No frame begins here; often a tag
    instances:
      is_frame:
        value: '_root._io.size - start < 4 ? false : sync_0 == 0xff and (sync_1 & 0xe0) == 0xe0 and (sync_1 & 0x18) != 0x08 and (sync_1 & 6) != 0 and (rates & 0xf0) != 0xf0 and (rates & 0xf0) != 0 and (rates & 0x0c) != 0x0c'
      sync_0:
        pos: start
        type: u1
        if: start < _root._io.size
      sync_1:
        pos: start + 1
        type: u1
        if: start + 1 < _root._io.size
      rates:
        pos: start + 2
        type: u1
        if: start + 2 < _root._io.size
      vbr_place:
        value: 'start + 4 + (header.version == versions::mpeg_1 ? (header.mode == modes::mono ? 17 : 32) : (header.mode == modes::mono ? 9 : 17))'
        if: is_frame
      vbr_magic:
        pos: vbr_place
        size: 4
        if: 'is_frame ? vbr_place + 8 <= _root._io.size : false'
      vbr:
        pos: vbr_place
        type: vbr
        if: 'not is_frame ? false : vbr_place + 8 > _root._io.size ? false : vbr_magic == [0x58, 0x69, 0x6e, 0x67] or vbr_magic == [0x49, 0x6e, 0x66, 0x6f]'
        doc: In the first frame, what encoders tell about the whole file
  header:
    doc-ref: ISO/IEC 11172-3, 2.4.2.3 Header
    seq:
      - id: sync
        type: b11
        valid: 0x7ff
      - id: version
        type: b2
        enum: versions
      - id: layer
        type: b2
        enum: layers
      - id: is_unprotected
        type: b1
        doc: Without it a CRC follows the header
      - id: bit_rate_index
        type: b4
      - id: sample_rate_index
        type: b2
      - id: is_padded
        type: b1
      - id: is_private
        type: b1
      - id: mode
        type: b2
        enum: modes
      - id: mode_extension
        type: b2
      - id: is_copyrighted
        type: b1
      - id: is_original
        type: b1
      - id: emphasis
        type: b2
        enum: emphases
    instances:
      bit_rate:
        value: >-
          1000 * (version == versions::mpeg_1
          ? (layer == layers::layer_1 ? [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 0][bit_rate_index]
          : layer == layers::layer_2 ? [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0][bit_rate_index]
          : [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0][bit_rate_index])
          : layer == layers::layer_1 ? [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 0][bit_rate_index]
          : [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0][bit_rate_index])
        doc: Bits per second; 0 for free format
      sample_rate:
        value: '[44100, 48000, 32000, 0][sample_rate_index] / (version == versions::mpeg_1 ? 1 : version == versions::mpeg_2 ? 2 : 4)'
        doc: Hz
      length:
        value: >-
          layer == layers::layer_1 ? (12 * bit_rate / sample_rate + is_padded.to_i) * 4
          : (layer == layers::layer_3 and version != versions::mpeg_1 ? 72 : 144) * bit_rate / sample_rate + is_padded.to_i
        doc: Bytes of the frame with this header
  vbr:
    doc-ref: http://gabriel.mp3-tech.org/mp3infotag.html Mp3 Info Tag revision 1
    seq:
      - id: magic
        type: str
        size: 4
        encoding: ASCII
        doc: Xing for a variable bit rate, Info for a constant one
      - id: reserved
        type: b28
      - id: has_quality
        type: b1
      - id: has_seek_table
        type: b1
      - id: has_byte_count
        type: b1
      - id: has_frame_count
        type: b1
      - id: frame_count
        type: u4
        if: has_frame_count
      - id: byte_count
        type: u4
        if: has_byte_count
      - id: seek_table
        size: 100
        if: has_seek_table
      - id: quality
        type: u4
        if: has_quality
enums:
  encodings:
    0: latin
    1: utf16
    2: utf16_be
    3: utf8
  byte_orders:
    0xfffe: little
    0xfeff: big
  versions:
    0: mpeg_2_5
    1: reserved
    2: mpeg_2
    3: mpeg_1
  layers:
    0: reserved
    1: layer_3
    2: layer_2
    3: layer_1
  modes:
    0: stereo
    1: joint_stereo
    2: dual_channel
    3: mono
  emphases:
    0: none
    1: ms_50_15
    2: reserved
    3: ccitt_j17
  pictures:
    0: other
    1: icon_32x32
    2: other_icon
    3: front_cover
    4: back_cover
    5: leaflet
    6: media
    7: lead_artist
    8: artist
    9: conductor
    10: band
    11: composer
    12: lyricist
    13: location
    14: during_recording
    15: during_performance
    16: screen_capture
    17: bright_colored_fish
    18: illustration
    19: band_logo
    20: publisher_logo
  genres:
    0: blues
    1: classic_rock
    2: country
    3: dance
    4: disco
    5: funk
    6: grunge
    7: hip_hop
    8: jazz
    9: metal
    10: new_age
    11: oldies
    12: other
    13: pop
    14: rnb
    15: rap
    16: reggae
    17: rock
    18: techno
    19: industrial
    20: alternative
    21: ska
    22: death_metal
    23: pranks
    24: soundtrack
    25: euro_techno
    26: ambient
    27: trip_hop
    28: vocal
    29: jazz_funk
    30: fusion
    31: trance
    32: classical
    33: instrumental
    34: acid
    35: house
    36: game
    37: sound_clip
    38: gospel
    39: noise
    40: alternative_rock
    41: bass
    42: soul
    43: punk
    44: space
    45: meditative
    46: instrumental_pop
    47: instrumental_rock
    48: ethnic
    49: gothic
    50: darkwave
    51: techno_industrial
    52: electronic
    53: pop_folk
    54: eurodance
    55: dream
    56: southern_rock
    57: comedy
    58: cult
    59: gangsta
    60: top_40
    61: christian_rap
    62: pop_funk
    63: jungle
    64: native_us
    65: cabaret
    66: new_wave
    67: psychedelic
    68: rave
    69: showtunes
    70: trailer
    71: lo_fi
    72: tribal
    73: acid_punk
    74: acid_jazz
    75: polka
    76: retro
    77: musical
    78: rock_and_roll
    79: hard_rock
