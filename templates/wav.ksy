meta:
  id: wav
  title: WAVE sound (RIFF, RF64, BW64)
  file-extension: [wav, wave, bwf, rf64]
  xref:
    mime: audio/vnd.wave
    pronom: [fmt/6, fmt/141, fmt/142, fmt/713]
    wikidata: Q217570
  license: MIT
  endian: le
doc: |
  Chunks: the format, the samples, texts. Of linear, A-law and u-law sound each sample is an element of an array, channel
  after channel. RF64 and BW64 files keep lengths beyond 32 bits in their first chunk, `ds64`.
doc-ref:
  - https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/Docs/riffmci.pdf Multimedia Programming Interface and Data Specifications 1.0, Chapter 3
  - https://learn.microsoft.com/windows/win32/api/mmreg/ns-mmreg-waveformatextensible WAVEFORMATEXTENSIBLE
  - https://tech.ebu.ch/docs/tech/tech3306v1_1.pdf EBU Tech 3306, RF64
seq:
  - id: container
    type: str
    size: 4
    encoding: ASCII
    valid:
      any-of: ['"RIFF"', '"RF64"', '"BW64"']
  - id: length
    type: u4
    doc: Of what follows; 0xffffffff in RF64
  - id: magic
    contents: WAVE
  - id: chunks
    type: chunk(_index)
    repeat: eos
types:
  chunk:
    params:
      - id: index
        type: s4
    seq:
      - id: name
        type: str
        size: 4
        encoding: ISO-8859-1
      - id: length
        type: u4
      - id: body
        size: 'available < real_length ? available : real_length'
        type:
          switch-on: name
          cases:
            '"fmt "': format
            '"ds64"': ds64
            '"data"': data
            '"fact"': fact
            '"LIST"': list
            '"bext"': bext
            '"cue "': cue
            '"smpl"': sampler
        doc: A recording that broke off states more than there is
      - id: padding
        size: 1
        if: real_length % 2 != 0 and not _io.eof
        doc: Chunks start at even places
    instances:
      real_length:
        value: >-
          name == "data" and length == 0xffffffff and _root.chunks[0].name == "ds64"
          ? _root.chunks[0].body.as<ds64>.data_length : length.as<u8>
      place:
        value: 'index == 0 ? 12 : _root.chunks[index - 1].next_place.as<u8>'
      next_place:
        value: place + 8 + real_length + real_length % 2
      available:
        value: _root._io.size - place - 8
      has_format:
        value: 'name == "fmt " ? true : index == 0 ? false : _root.chunks[index - 1].has_format.as<bool>'
      sound_format:
        value: 'name == "fmt " ? body.as<format> : _root.chunks[index - 1].sound_format.as<format>'
        if: has_format
        doc: The last format chunk up to here
  format:
    doc-ref: WAVEFORMATEX and WAVEFORMATEXTENSIBLE
    seq:
      - id: stated_encoding
        type: u2
        enum: encodings
        doc: wFormatTag
      - id: channels
        type: u2
      - id: sample_rate
        type: u4
        doc: Hz
      - id: byte_rate
        type: u4
        doc: Bytes per second on average
      - id: block_align
        type: u2
        doc: Bytes of one sample of all channels
      - id: bits_per_sample
        type: u2
      - id: extra_length
        type: u2
        if: not _io.eof
      - id: extensible
        type: extensible
        size: extra_length
        if: is_extensible
      - id: extra
        size-eos: true
        if: not is_extensible
    instances:
      is_extensible:
        value: '_io.size < 40 ? false : stated_encoding == encodings::extensible and extra_length >= 22'
      encoding:
        value: 'is_extensible ? extensible.sub_format.code : stated_encoding'
  extensible:
    seq:
      - id: valid_bits_per_sample
        type: u2
      - id: speakers
        type: speakers
      - id: sub_format
        type: sub_format
  speakers:
    meta:
      bit-endian: le
    doc-ref: WAVEFORMATEXTENSIBLE, dwChannelMask
    seq:
      - id: front_left
        type: b1
      - id: front_right
        type: b1
      - id: front_center
        type: b1
      - id: low_frequency
        type: b1
      - id: back_left
        type: b1
      - id: back_right
        type: b1
      - id: front_left_of_center
        type: b1
      - id: front_right_of_center
        type: b1
      - id: back_center
        type: b1
      - id: side_left
        type: b1
      - id: side_right
        type: b1
      - id: top_center
        type: b1
      - id: top_front_left
        type: b1
      - id: top_front_center
        type: b1
      - id: top_front_right
        type: b1
      - id: top_back_left
        type: b1
      - id: top_back_center
        type: b1
      - id: top_back_right
        type: b1
      - id: reserved
        type: b14
  sub_format:
    doc: A GUID whose first two bytes are the code of the encoding
    seq:
      - id: code
        type: u2
        enum: encodings
      - id: rest
        size: 14
  ds64:
    doc-ref: EBU Tech 3306, 3.3
    seq:
      - id: riff_length
        type: u8
      - id: data_length
        type: u8
      - id: sample_count
        type: u8
      - id: table_count
        type: u4
      - id: table
        type: ds64_entry
        repeat: expr
        repeat-expr: table_count
        doc: Lengths of further chunks beyond 32 bits
  ds64_entry:
    seq:
      - id: name
        type: str
        size: 4
        encoding: ISO-8859-1
      - id: length
        type: u8
  data:
    instances:
      encoding:
        value: _parent.as<chunk>.sound_format.encoding
        if: _parent.as<chunk>.has_format
      bits:
        value: '_parent.as<chunk>.has_format ? _parent.as<chunk>.sound_format.bits_per_sample : 0'
      is_linear:
        value: '_parent.as<chunk>.has_format ? encoding == encodings::pcm : false'
      is_float:
        value: '_parent.as<chunk>.has_format ? encoding == encodings::ieee_float : false'
      is_logarithmic:
        value: '_parent.as<chunk>.has_format ? encoding == encodings::a_law or encoding == encodings::u_law : false'
      samples_8:
        pos: 0
        type: u1
        repeat: eos
        if: is_linear and bits <= 8 or is_logarithmic
        doc: Linear samples of 8 bits are unsigned, 128 is silence
      samples_16:
        pos: 0
        type: s2
        repeat: eos
        if: is_linear and bits > 8 and bits <= 16
      samples_24:
        pos: 0
        type: sample_24
        repeat: eos
        if: is_linear and bits > 16 and bits <= 24
      samples_32:
        pos: 0
        type: s4
        repeat: eos
        if: is_linear and bits > 24 and bits <= 32
      samples_float:
        pos: 0
        type: f4
        repeat: eos
        if: is_float and bits == 32
      samples_double:
        pos: 0
        type: f8
        repeat: eos
        if: is_float and bits == 64
      raw:
        pos: 0
        size-eos: true
        if: not (is_linear or is_float or is_logarithmic)
  sample_24:
    seq:
      - id: low
        type: u2
      - id: high
        type: s1
    instances:
      value:
        value: high * 65536 + low
  fact:
    seq:
      - id: sample_count
        type: u4
        doc: Per channel
      - id: rest
        size-eos: true
  list:
    seq:
      - id: form
        type: str
        size: 4
        encoding: ISO-8859-1
      - id: texts
        type: text_chunk
        repeat: eos
        if: form == "INFO"
      - id: data
        size-eos: true
        if: form != "INFO"
  text_chunk:
    doc-ref: Multimedia Programming Interface and Data Specifications 1.0, Chapter 2, INFO List Chunk
    seq:
      - id: name
        type: str
        size: 4
        encoding: ISO-8859-1
        doc: INAM title, IART artist, ICMT comment, ICRD date, ISFT software, ...
      - id: length
        type: u4
      - id: text
        type: strz
        size: length
        encoding: UTF-8
      - id: padding
        size: 1
        if: length % 2 != 0 and not _io.eof
  bext:
    doc-ref: https://tech.ebu.ch/docs/tech/tech3285.pdf EBU Tech 3285, Broadcast Wave Format, 2.3
    seq:
      - id: description
        type: strz
        size: 256
        encoding: ASCII
      - id: originator
        type: strz
        size: 32
        encoding: ASCII
      - id: originator_reference
        type: strz
        size: 32
        encoding: ASCII
      - id: date
        type: str
        size: 10
        encoding: ASCII
      - id: time
        type: str
        size: 8
        encoding: ASCII
      - id: time_reference
        type: u8
        doc: Samples since midnight
      - id: version
        type: u2
      - id: umid
        size: 64
      - id: loudness
        type: s2
        repeat: expr
        repeat-expr: 5
        doc: Hundredths; value, range, maximum true peak, maximum momentary, maximum short-term
      - id: reserved
        size: 180
      - id: coding_history
        type: strz
        size-eos: true
        encoding: ASCII
  cue:
    seq:
      - id: count
        type: u4
      - id: points
        type: cue_point
        repeat: expr
        repeat-expr: count
  cue_point:
    seq:
      - id: id
        type: u4
      - id: position
        type: u4
      - id: chunk_name
        type: str
        size: 4
        encoding: ISO-8859-1
      - id: chunk_start
        type: u4
      - id: block_start
        type: u4
      - id: sample_offset
        type: u4
  sampler:
    seq:
      - id: manufacturer
        type: u4
      - id: product
        type: u4
      - id: sample_period
        type: u4
        doc: Nanoseconds
      - id: midi_unity_note
        type: u4
      - id: midi_pitch_fraction
        type: u4
      - id: smpte_format
        type: u4
      - id: smpte_offset
        type: u4
      - id: loop_count
        type: u4
      - id: data_length
        type: u4
      - id: loops
        type: sampler_loop
        repeat: expr
        repeat-expr: loop_count
      - id: data
        size-eos: true
  sampler_loop:
    seq:
      - id: id
        type: u4
      - id: kind
        type: u4
        enum: loop_kinds
      - id: start
        type: u4
      - id: end
        type: u4
      - id: fraction
        type: u4
      - id: play_count
        type: u4
        doc: 0 for ever
enums:
  encodings:
    0x0000: unknown
    0x0001: pcm
    0x0002: ms_adpcm
    0x0003: ieee_float
    0x0006: a_law
    0x0007: u_law
    0x0010: oki_adpcm
    0x0011: ima_adpcm
    0x0014: g723_adpcm
    0x0031: gsm_610
    0x0040: g721_adpcm
    0x0050: mpeg
    0x0055: mp3
    0x0092: ac3
    0x0161: wma
    0x00ff: aac
    0xf1ac: flac
    0xfffe: extensible
  loop_kinds:
    0: forward
    1: ping_pong
    2: backward
