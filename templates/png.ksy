meta:
  id: png
  title: PNG image (Portable Network Graphics, APNG)
  file-extension: [png, apng]
  xref:
    iso: 15948:2004
    rfc: 2083
    mime: [image/png, image/apng]
    pronom: [fmt/11, fmt/12, fmt/13]
    wikidata: Q178051
  license: MIT
  endian: be
  imports:
    - common/tiff_data
doc: |
  A signature and chunks. The pixels are one zlib stream, cut into `IDAT` chunks (in an animation `fdAT` as well), which
  stays as it is here. The CRC of each chunk covers its type and its data.
doc-ref: https://www.w3.org/TR/png-3/ Portable Network Graphics (PNG) Specification (Third Edition)
seq:
  - id: magic
    contents: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    doc-ref: PNG 3, 5.2 PNG signature
  - id: chunks
    type: chunk
    repeat: until
    repeat-until: _.name == "IEND" or _io.eof
  - id: behind_end
    size-eos: true
    doc: Bytes after IEND, which no decoder looks at
instances:
  header:
    value: chunks[0].body.as<ihdr>
    if: chunks[0].name == "IHDR"
types:
  chunk:
    doc-ref: PNG 3, 5.3 Chunk layout
    seq:
      - id: length
        type: u4
        valid:
          max: 0x7fffffff
        doc: Of the data alone
      - id: name
        type: str
        size: 4
        encoding: ISO-8859-1
        doc: Case carries meaning, see the instances
      - id: body
        size: length
        type:
          switch-on: name
          cases:
            '"IHDR"': ihdr
            '"PLTE"': plte
            '"tRNS"': trns
            '"cHRM"': chrm
            '"gAMA"': gama
            '"iCCP"': iccp
            '"sBIT"': sbit
            '"sRGB"': srgb
            '"cICP"': cicp
            '"mDCV"': mdcv
            '"cLLI"': clli
            '"tEXt"': text
            '"zTXt"': ztxt
            '"iTXt"': itxt
            '"bKGD"': bkgd
            '"hIST"': hist
            '"pHYs"': phys
            '"sPLT"': splt
            '"eXIf"': tiff_data
            '"tIME"': time
            '"acTL"': actl
            '"fcTL"': fctl
            '"fdAT"': fdat
            '"oFFs"': offs
      - id: crc
        type: u4
        doc: CRC-32 over name and data
        doc-ref: PNG 3, 5.5 CRC algorithm
    instances:
      is_ancillary:
        value: name.substring(0, 1) >= "a"
        doc: A decoder that does not know the chunk may still show the image
      is_private:
        value: name.substring(1, 2) >= "a"
      is_safe_to_copy:
        value: name.substring(3, 4) >= "a"
        doc: Editors that do not know the chunk may keep it after changing the image
  ihdr:
    doc-ref: PNG 3, 11.2.1 IHDR Image header
    seq:
      - id: width
        type: u4
        valid:
          min: 1
          max: 0x7fffffff
        doc: Pixels
      - id: height
        type: u4
        valid:
          min: 1
          max: 0x7fffffff
      - id: bit_depth
        type: u1
        valid:
          any-of: [1, 2, 4, 8, 16]
        doc: Bits of a sample, or of a palette index
      - id: color_type
        type: u1
        enum: color_types
        valid:
          in-enum: true
      - id: compression
        type: u1
        enum: compressions
        valid:
          in-enum: true
      - id: filter
        type: u1
        enum: filters
        valid:
          in-enum: true
      - id: interlace
        type: u1
        enum: interlaces
        valid:
          in-enum: true
  rgb:
    seq:
      - id: red
        type: u1
      - id: green
        type: u1
      - id: blue
        type: u1
  rgb16:
    seq:
      - id: red
        type: u2
      - id: green
        type: u2
      - id: blue
        type: u2
  plte:
    doc-ref: PNG 3, 11.2.2 PLTE Palette
    seq:
      - id: colors
        type: rgb
        repeat: eos
  trns:
    doc-ref: PNG 3, 11.3.1.1 tRNS Transparency
    seq:
      - id: gray
        type: u2
        if: _root.header.color_type == color_types::grayscale
        doc: Pixels of this sample value are transparent
      - id: color
        type: rgb16
        if: _root.header.color_type == color_types::truecolor
      - id: alphas
        type: u1
        repeat: eos
        if: _root.header.color_type == color_types::indexed
        doc: For the first palette entries; the rest are opaque
  chrm:
    doc: Each value is 100000 times the CIE x or y
    doc-ref: PNG 3, 11.3.2.1 cHRM Primary chromaticities and white point
    seq:
      - id: white
        type: chromaticity
      - id: red
        type: chromaticity
      - id: green
        type: chromaticity
      - id: blue
        type: chromaticity
  chromaticity:
    seq:
      - id: x_scaled
        type: u4
      - id: y_scaled
        type: u4
    instances:
      x:
        value: x_scaled / 100000.0
      y:
        value: y_scaled / 100000.0
  gama:
    doc-ref: PNG 3, 11.3.2.2 gAMA Image gamma
    seq:
      - id: gamma_scaled
        type: u4
        doc: 100000 times the gamma
    instances:
      gamma:
        value: gamma_scaled / 100000.0
  iccp:
    doc-ref: PNG 3, 11.3.2.3 iCCP Embedded ICC profile
    seq:
      - id: name
        type: strz
        encoding: ISO-8859-1
      - id: compression
        type: u1
        enum: compressions
      - id: profile
        size-eos: true
        process: zlib
        if: compression == compressions::zlib
  sbit:
    doc: How many bits of each sample mean something
    doc-ref: PNG 3, 11.3.2.4 sBIT Significant bits
    seq:
      - id: bits
        type: u1
        repeat: eos
  srgb:
    doc-ref: PNG 3, 11.3.2.5 sRGB Standard RGB color space
    seq:
      - id: rendering_intent
        type: u1
        enum: rendering_intents
  cicp:
    doc: Code points as in ITU-T H.273
    doc-ref: PNG 3, 11.3.2.6 cICP Coding-independent code points
    seq:
      - id: color_primaries
        type: u1
      - id: transfer_function
        type: u1
      - id: matrix_coefficients
        type: u1
      - id: is_full_range
        type: u1
  mdcv:
    doc: Chromaticities in units of 0.00002, luminances in 0.0001 cd/m2
    doc-ref: PNG 3, 11.3.2.7 mDCV Mastering Display Color Volume
    seq:
      - id: primaries
        type: u2
        repeat: expr
        repeat-expr: 6
      - id: white_x
        type: u2
      - id: white_y
        type: u2
      - id: max_luminance
        type: u4
      - id: min_luminance
        type: u4
  clli:
    doc: In units of 0.0001 cd/m2
    doc-ref: PNG 3, 11.3.2.8 cLLI Content Light Level Information
    seq:
      - id: max_content_light_level
        type: u4
      - id: max_frame_average_light_level
        type: u4
  text:
    doc-ref: PNG 3, 11.3.3.2 tEXt Textual data
    seq:
      - id: keyword
        type: strz
        encoding: ISO-8859-1
      - id: text
        type: str
        size-eos: true
        encoding: ISO-8859-1
  ztxt:
    doc-ref: PNG 3, 11.3.3.3 zTXt Compressed textual data
    seq:
      - id: keyword
        type: strz
        encoding: ISO-8859-1
      - id: compression
        type: u1
        enum: compressions
      - id: content
        type: latin_text
        size-eos: true
        process: zlib
        if: compression == compressions::zlib
  itxt:
    doc-ref: PNG 3, 11.3.3.4 iTXt International textual data
    seq:
      - id: keyword
        type: strz
        encoding: ISO-8859-1
      - id: is_compressed
        type: u1
        valid:
          max: 1
      - id: compression
        type: u1
        enum: compressions
      - id: language
        type: strz
        encoding: ASCII
        doc: As in BCP 47
      - id: translated_keyword
        type: strz
        encoding: UTF-8
      - id: text
        type: str
        size-eos: true
        encoding: UTF-8
        if: is_compressed == 0
      - id: content
        type: utf8_text
        size-eos: true
        process: zlib
        if: is_compressed != 0
  latin_text:
    seq:
      - id: text
        type: str
        size-eos: true
        encoding: ISO-8859-1
  utf8_text:
    seq:
      - id: text
        type: str
        size-eos: true
        encoding: UTF-8
  bkgd:
    doc-ref: PNG 3, 11.3.4.1 bKGD Background color
    seq:
      - id: index
        type: u1
        if: _root.header.color_type == color_types::indexed
      - id: gray
        type: u2
        if: _root.header.color_type == color_types::grayscale or _root.header.color_type == color_types::grayscale_alpha
      - id: color
        type: rgb16
        if: _root.header.color_type == color_types::truecolor or _root.header.color_type == color_types::truecolor_alpha
  hist:
    doc: About how often each palette entry is used
    doc-ref: PNG 3, 11.3.4.2 hIST Image histogram
    seq:
      - id: frequencies
        type: u2
        repeat: eos
  phys:
    doc-ref: PNG 3, 11.3.4.3 pHYs Physical pixel dimensions
    seq:
      - id: per_unit_x
        type: u4
        doc: Pixels per unit
      - id: per_unit_y
        type: u4
      - id: unit
        type: u1
        enum: units
  splt:
    doc-ref: PNG 3, 11.3.4.4 sPLT Suggested palette
    seq:
      - id: name
        type: strz
        encoding: ISO-8859-1
      - id: sample_depth
        type: u1
        valid:
          any-of: [8, 16]
      - id: entries
        type: splt_entry_8
        repeat: eos
        if: sample_depth == 8
      - id: wide_entries
        type: splt_entry_16
        repeat: eos
        if: sample_depth == 16
  splt_entry_8:
    seq:
      - id: color
        type: rgb
      - id: alpha
        type: u1
      - id: frequency
        type: u2
  splt_entry_16:
    seq:
      - id: color
        type: rgb16
      - id: alpha
        type: u2
      - id: frequency
        type: u2
  time:
    doc: Last change of the image, UTC
    doc-ref: PNG 3, 11.3.5.1 tIME Image last-modification time
    seq:
      - id: year
        type: u2
      - id: month
        type: u1
        valid:
          min: 1
          max: 12
      - id: day
        type: u1
        valid:
          min: 1
          max: 31
      - id: hour
        type: u1
        valid:
          max: 23
      - id: minute
        type: u1
        valid:
          max: 59
      - id: second
        type: u1
        valid:
          max: 60
        doc: 60 is a leap second
  actl:
    doc-ref: PNG 3, 11.3.6.1 acTL Animation Control Chunk
    seq:
      - id: frame_count
        type: u4
        valid:
          min: 1
      - id: play_count
        type: u4
        doc: 0 plays for ever
  fctl:
    doc-ref: PNG 3, 11.3.6.2 fcTL Frame Control Chunk
    seq:
      - id: sequence_number
        type: u4
        doc: Counts fcTL and fdAT chunks together, from 0
      - id: width
        type: u4
        valid:
          min: 1
      - id: height
        type: u4
        valid:
          min: 1
      - id: x_offset
        type: u4
      - id: y_offset
        type: u4
      - id: delay_numerator
        type: u2
        doc: Of the delay in seconds
      - id: delay_denominator
        type: u2
        doc: 0 means 100
      - id: dispose
        type: u1
        enum: dispose_operations
        valid:
          in-enum: true
      - id: blend
        type: u1
        enum: blend_operations
        valid:
          in-enum: true
  fdat:
    doc-ref: PNG 3, 11.3.6.3 fdAT Frame Data Chunk
    seq:
      - id: sequence_number
        type: u4
      - id: data
        size-eos: true
        doc: Part of a zlib stream, as in IDAT
  offs:
    doc-ref: https://ftp-osl.osuosl.org/pub/libpng/documents/pngext-1.5.0.html Extensions to the PNG 1.2 Specification, oFFs
    seq:
      - id: x
        type: s4
      - id: y
        type: s4
      - id: unit
        type: u1
        enum: offset_units
enums:
  color_types:
    0: grayscale
    2: truecolor
    3: indexed
    4: grayscale_alpha
    6: truecolor_alpha
  compressions:
    0: zlib
  filters:
    0: adaptive
  interlaces:
    0: none
    1: adam7
  rendering_intents:
    0: perceptual
    1: relative_colorimetric
    2: saturation
    3: absolute_colorimetric
  units:
    0: unknown
    1: meter
  offset_units:
    0: pixel
    1: micrometer
  dispose_operations:
    0: none
    1: background
    2: previous
  blend_operations:
    0: source
    1: over
