meta:
  id: jpeg
  title: JPEG image (JFIF, Exif)
  file-extension: [jpg, jpeg, jpe, jfif]
  xref:
    iso: 10918-1
    mime: image/jpeg
    pronom: [fmt/42, fmt/43, fmt/44, x-fmt/391]
    wikidata: Q2195
  license: MIT
  endian: be
  imports:
    - common/tiff_data
doc: |
  Segments, each begun by a marker, from start of image (SOI) to end of image (EOI). After the header of a scan (SOS) come
  its coded pixels, in which a byte 0xff is followed by 0x00 or a restart marker.
doc-ref:
  - https://www.w3.org/Graphics/JPEG/itu-t81.pdf ITU-T T.81, Annex B
  - https://www.itu.int/rec/T-REC-T.871 ITU-T T.871 (JFIF)
  - https://www.cipa.jp/std/documents/download_e.html?DC-008-Translation-2019-E CIPA DC-008 (Exif 2.32), 4.5
seq:
  - id: magic
    contents: [0xff, 0xd8]
    doc: SOI
  - id: segments
    type: segment
    repeat: until
    repeat-until: _.marker.is_end or _io.eof
  - id: behind_end
    size-eos: true
    doc: Bytes after EOI, such as further images of a multi-picture file
types:
  segment:
    doc-ref: T.81, B.1.1.4 Marker segments
    seq:
      - id: marker
        type: marker
      - id: length
        type: u2
        if: marker.has_length
        valid:
          min: 2
        doc: Of the segment after its marker, with these two bytes
      - id: body
        size: length - 2
        if: marker.has_length
        type:
          switch-on: marker.code
          cases:
            codes::dqt: dqt
            codes::dht: dht
            codes::dac: dac
            codes::dri: dri
            codes::sos: sos
            codes::com: comment
            codes::app0: app0
            codes::app1: app1
            codes::app2: app2
            codes::app14: app14
            codes::sof0: sof
            codes::sof1: sof
            codes::sof2: sof
            codes::sof3: sof
            codes::sof5: sof
            codes::sof6: sof
            codes::sof7: sof
            codes::sof9: sof
            codes::sof10: sof
            codes::sof11: sof
            codes::sof13: sof
            codes::sof14: sof
            codes::sof15: sof
      - id: scan
        type: scan_part(_io.pos)
        repeat: until
        repeat-until: not _.goes_on
        if: marker.code == codes::sos
        doc: Coded pixels, cut where they hold a byte 0xff
        doc-ref: T.81, B.1.1.5 Entropy-coded data segments
  marker:
    doc-ref: T.81, B.1.1.2 and Table B.1
    seq:
      - id: prefix
        contents: [0xff]
      - id: name
        type: marker_name
    instances:
      code:
        value: name.last
        enum: codes
      is_end:
        value: code == codes::eoi
      has_length:
        value: not (name.last >= 0xd0 and name.last <= 0xd9) and name.last > 1
        doc: RSTn, SOI, EOI and TEM stand alone
  marker_name:
    seq:
      - id: code
        type: u1
        enum: codes
      - id: after_fill
        type: marker_name
        if: code == codes::fill
        doc: Any marker may begin with more than one byte 0xff
    instances:
      last:
        value: 'code == codes::fill ? after_fill.last.as<u1> : code.to_i'
  scan_part:
    params:
      - id: start
        type: u8
    seq:
      - id: data
        terminator: 0xff
        consume: false
        eos-error: false
      - id: stop
        size: >-
          following == 0 or (following >= 0xd0 and following <= 0xd7) ? 2 : following == 0xff ? 1 : 0
        if: has_following
        doc: A byte 0xff of the data with the 0x00 that follows it always, or a restart marker
    instances:
      has_following:
        value: start + data.size + 2 <= _io.size
      following:
        pos: start + data.size + 1
        type: u1
        if: has_following
      goes_on:
        value: has_following and (following == 0 or following == 0xff or (following >= 0xd0 and following <= 0xd7))
  sof:
    doc-ref: T.81, B.2.2 Frame header syntax
    seq:
      - id: precision
        type: u1
        doc: Bits per sample
      - id: height
        type: u2
        doc: Lines; 0 when a DNL segment will tell
      - id: width
        type: u2
        valid:
          min: 1
      - id: component_count
        type: u1
      - id: components
        type: sof_component
        repeat: expr
        repeat-expr: component_count
  sof_component:
    seq:
      - id: id
        type: u1
        doc: In JFIF 1 is Y, 2 Cb, 3 Cr
      - id: horizontal_sampling
        type: b4
      - id: vertical_sampling
        type: b4
      - id: quantization_table
        type: u1
  dqt:
    doc-ref: T.81, B.2.4.1 Quantization table-specification syntax
    seq:
      - id: tables
        type: quantization_table
        repeat: eos
  quantization_table:
    seq:
      - id: precision
        type: b4
        valid:
          max: 1
        doc: 0 for bytes, 1 for words
      - id: id
        type: b4
      - id: values
        type: u1
        repeat: expr
        repeat-expr: 64
        if: precision == 0
        doc: In zigzag order
      - id: wide_values
        type: u2
        repeat: expr
        repeat-expr: 64
        if: precision != 0
  dht:
    doc-ref: T.81, B.2.4.2 Huffman table-specification syntax
    seq:
      - id: tables
        type: huffman_table
        repeat: eos
  huffman_table:
    seq:
      - id: kind
        type: b4
        enum: coefficients
        valid:
          in-enum: true
      - id: id
        type: b4
      - id: code_counts
        size: 16
        doc: How many codes there are of 1, 2, ... 16 bits
      - id: symbols
        size: >-
          code_counts[0] + code_counts[1] + code_counts[2] + code_counts[3] + code_counts[4] + code_counts[5]
          + code_counts[6] + code_counts[7] + code_counts[8] + code_counts[9] + code_counts[10] + code_counts[11]
          + code_counts[12] + code_counts[13] + code_counts[14] + code_counts[15]
        doc: In the order of their codes
  dac:
    doc-ref: T.81, B.2.4.3 Arithmetic conditioning table-specification syntax
    seq:
      - id: tables
        type: arithmetic_table
        repeat: eos
  arithmetic_table:
    seq:
      - id: kind
        type: b4
        enum: coefficients
      - id: id
        type: b4
      - id: value
        type: u1
  dri:
    doc-ref: T.81, B.2.4.4 Restart interval definition syntax
    seq:
      - id: interval
        type: u2
        doc: Blocks (MCU) between restart markers; 0 for none
  sos:
    doc-ref: T.81, B.2.3 Scan header syntax
    seq:
      - id: component_count
        type: u1
      - id: components
        type: sos_component
        repeat: expr
        repeat-expr: component_count
      - id: spectral_start
        type: u1
      - id: spectral_end
        type: u1
      - id: approximation_high
        type: b4
      - id: approximation_low
        type: b4
  sos_component:
    seq:
      - id: id
        type: u1
        doc: As in the frame header
      - id: dc_table
        type: b4
      - id: ac_table
        type: b4
  comment:
    doc-ref: T.81, B.2.4.5 Comment
    seq:
      - id: text
        type: str
        size-eos: true
        encoding: UTF-8
  app0:
    doc-ref: T.871, 10.1 JFIF APP0, 10.2 extension
    seq:
      - id: identifier
        type: strz
        encoding: ASCII
        eos-error: false
      - id: content
        size-eos: true
        type:
          switch-on: identifier
          cases:
            '"JFIF"': jfif
            '"JFXX"': jfxx
  jfif:
    seq:
      - id: major
        type: u1
      - id: minor
        type: u1
      - id: unit
        type: u1
        enum: density_units
      - id: x_density
        type: u2
      - id: y_density
        type: u2
      - id: thumbnail_width
        type: u1
      - id: thumbnail_height
        type: u1
      - id: thumbnail
        size: 3 * thumbnail_width * thumbnail_height
        doc: RGB
  jfxx:
    seq:
      - id: thumbnail_kind
        type: u1
        enum: thumbnail_kinds
      - id: thumbnail
        size-eos: true
  app1:
    seq:
      - id: identifier
        type: strz
        encoding: ASCII
        eos-error: false
        doc: '"Exif", or the address of a namespace of XMP'
      - id: content
        size-eos: true
        type:
          switch-on: identifier
          cases:
            '"Exif"': exif
            '"http://ns.adobe.com/xap/1.0/"': xmp
  exif:
    doc-ref: DC-008, 4.5.4
    seq:
      - id: padding
        size: 1
      - id: tiff
        type: tiff_data
        size-eos: true
  xmp:
    doc-ref: ISO 16684-1; XMP Specification Part 3, 1.1.3 JPEG
    seq:
      - id: packet
        type: str
        size-eos: true
        encoding: UTF-8
  app2:
    doc-ref: ICC.1:2022, Annex B.4 Embedding ICC profiles in JFIF files
    seq:
      - id: identifier
        type: strz
        encoding: ASCII
        eos-error: false
      - id: icc_part
        type: u1
        if: identifier == "ICC_PROFILE"
        doc: Counted from 1
      - id: icc_part_count
        type: u1
        if: identifier == "ICC_PROFILE"
      - id: content
        size-eos: true
  app14:
    doc-ref: ITU-T T.872, 6.5.3 APP14 marker segment for colour encoding
    seq:
      - id: identifier
        size: 5
        doc: '"Adobe"'
      - id: version
        type: u2
      - id: flags_0
        type: u2
      - id: flags_1
        type: u2
      - id: color_transform
        type: u1
        enum: color_transforms
      - id: rest
        size-eos: true
enums:
  codes:
    0x01: tem
    0xc0:
      id: sof0
      doc: Baseline DCT
    0xc1:
      id: sof1
      doc: Extended sequential DCT
    0xc2:
      id: sof2
      doc: Progressive DCT
    0xc3:
      id: sof3
      doc: Lossless
    0xc4:
      id: dht
      doc: Huffman tables
    0xc5:
      id: sof5
      doc: Differential sequential DCT
    0xc6:
      id: sof6
      doc: Differential progressive DCT
    0xc7:
      id: sof7
      doc: Differential lossless
    0xc8: jpg
    0xc9:
      id: sof9
      doc: Extended sequential DCT, arithmetic coding
    0xca:
      id: sof10
      doc: Progressive DCT, arithmetic coding
    0xcb:
      id: sof11
      doc: Lossless, arithmetic coding
    0xcc:
      id: dac
      doc: Arithmetic coding conditioning
    0xcd: sof13
    0xce: sof14
    0xcf: sof15
    0xd0: rst0
    0xd1: rst1
    0xd2: rst2
    0xd3: rst3
    0xd4: rst4
    0xd5: rst5
    0xd6: rst6
    0xd7: rst7
    0xd8:
      id: soi
      doc: Start of image
    0xd9:
      id: eoi
      doc: End of image
    0xda:
      id: sos
      doc: Start of scan
    0xdb:
      id: dqt
      doc: Quantization tables
    0xdc:
      id: dnl
      doc: Number of lines
    0xdd:
      id: dri
      doc: Restart interval
    0xde: dhp
    0xdf: exp
    0xe0: app0
    0xe1: app1
    0xe2: app2
    0xe3: app3
    0xe4: app4
    0xe5: app5
    0xe6: app6
    0xe7: app7
    0xe8: app8
    0xe9: app9
    0xea: app10
    0xeb: app11
    0xec: app12
    0xed: app13
    0xee: app14
    0xef: app15
    0xf0: jpg0
    0xf1: jpg1
    0xf2: jpg2
    0xf3: jpg3
    0xf4: jpg4
    0xf5: jpg5
    0xf6: jpg6
    0xf7: jpg7
    0xf8: jpg8
    0xf9: jpg9
    0xfa: jpg10
    0xfb: jpg11
    0xfc: jpg12
    0xfd: jpg13
    0xfe:
      id: com
      doc: Comment
    0xff: fill
  coefficients:
    0: dc
    1: ac
  density_units:
    0: aspect_ratio
    1: per_inch
    2: per_centimeter
  thumbnail_kinds:
    0x10: jpeg
    0x11: palette
    0x13: rgb
  color_transforms:
    0: rgb_or_cmyk
    1: ycbcr
    2: ycck
