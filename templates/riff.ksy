meta:
  id: riff
  title: RIFF container (AVI, WebP, ANI, SoundFont)
  file-extension: [avi, webp, ani, sf2, rmi, cdr]
  xref:
    mime: [video/x-msvideo, image/webp]
    wikidata: Q309433
  license: MIT
  endian: le
doc: |
  Chunks with a name and a length, some of which ("RIFF" and "LIST") hold chunks themselves. This shows the chunks of any
  such file; WAVE sound has a template of its own.
doc-ref: https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/Docs/riffmci.pdf Multimedia Programming Interface and Data Specifications 1.0, Chapter 2
seq:
  - id: magic
    contents: RIFF
  - id: length
    type: u4
    doc: Of what follows
  - id: form
    type: str
    size: 4
    encoding: ISO-8859-1
    doc: What the file is, "AVI ", "WEBP", "ACON"
  - id: chunks
    type: chunk
    repeat: eos
types:
  chunk:
    seq:
      - id: name
        type: str
        size: 4
        encoding: ISO-8859-1
      - id: length
        type: u4
      - id: body
        size: length
        type:
          switch-on: name
          cases:
            '"LIST"': list
            '"RIFF"': list
      - id: padding
        size: 1
        if: length % 2 != 0 and not _io.eof
        doc: Chunks start at even places
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
      - id: chunks
        type: chunk
        repeat: eos
        if: form != "INFO"
  text_chunk:
    doc-ref: The same, Chapter 2, INFO List Chunk
    seq:
      - id: name
        type: str
        size: 4
        encoding: ISO-8859-1
      - id: length
        type: u4
      - id: text
        type: strz
        size: length
        encoding: ISO-8859-1
      - id: padding
        size: 1
        if: length % 2 != 0 and not _io.eof
