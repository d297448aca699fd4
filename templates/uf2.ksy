meta:
  id: uf2
  title: UF2 firmware for flashing over USB mass storage
  file-extension: uf2
  xref:
    wikidata: Q105852759
  license: MIT
  endian: le
  bit-endian: le
doc: |
  Blocks of 512 bytes, each with its own header and its own target address, so that a boot loader can write every block as
  it comes, in any order. All of the file is an array: block N starts at N * 512.
doc-ref: https://github.com/microsoft/uf2 USB Flashing Format (UF2)
seq:
  - id: blocks
    type: block
    size: 512
    repeat: eos
instances:
  family:
    value: blocks[0].family
    if: blocks[0].flags.has_family
    doc: Board that the first block is for; a file may hold blocks for several
types:
  block:
    doc-ref: https://github.com/microsoft/uf2#file-format File format
    seq:
      - id: magic
        contents: [0x55, 0x46, 0x32, 0x0a]
      - id: second_magic
        contents: [0x57, 0x51, 0x5d, 0x9e]
      - id: flags
        type: flags
      - id: address
        type: u4
        doc: Where in the target's memory the payload goes
      - id: payload_length
        type: u4
        valid:
          max: 476
        doc: Bytes of `data` in use, most often 256
      - id: number
        type: u4
        doc: Counted from 0
      - id: count
        type: u4
        doc: Blocks of this family in the file
      - id: family_or_file_size
        type: u4
        doc: Family of boards when `flags.has_family`; else the size of the file in bytes, or 0
      - id: data
        size: 476
        doc: Payload, then its MD5 place or extension tags when the flags say so, then zeros
      - id: end_magic
        contents: [0x30, 0x6f, 0xb1, 0x0a]
    instances:
      family:
        value: family_or_file_size
        enum: families
        if: flags.has_family
      payload:
        pos: 32
        size: payload_length
        if: payload_length <= 476
      checksum:
        pos: 484
        type: checksum
        if: flags.has_md5
        doc: Lies in the last 24 bytes of `data`
      tags:
        pos: 32 + (payload_length + 3) / 4 * 4
        type: tag
        repeat: until
        repeat-until: _.length == 0
        if: flags.has_extension_tags and payload_length <= 472
        doc: Follow the payload, aligned to 4 bytes; a tag of length 0 ends them
  flags:
    doc-ref: https://github.com/microsoft/uf2#flags Flags
    seq:
      - id: not_main_flash
        type: b1
        doc: To be left out when writing the main flash, a comment as it were
      - id: reserved_1
        type: b11
      - id: is_file_container
        type: b1
        doc: The payload is part of a file; its name follows the payload
      - id: has_family
        type: b1
      - id: has_md5
        type: b1
      - id: has_extension_tags
        type: b1
      - id: reserved_16
        type: b16
  checksum:
    doc-ref: https://github.com/microsoft/uf2#md5-checksum MD5 checksum
    seq:
      - id: address
        type: u4
        doc: Start of the region to be checked
      - id: length
        type: u4
      - id: md5
        size: 16
  tag:
    doc-ref: https://github.com/microsoft/uf2#extension-tags Extension tags
    seq:
      - id: length
        type: u1
        doc: Of the whole tag with this byte, without its padding
      - id: kind
        type: b24
        enum: tag_kinds
      - id: text
        type: str
        size: length - 4
        encoding: UTF-8
        if: length >= 4 and is_text
      - id: data
        size: length - 4
        if: length >= 4 and not is_text
      - id: padding
        size: (4 - length % 4) % 4
        if: length != 0
    instances:
      is_text:
        value: kind == tag_kinds::firmware_version or kind == tag_kinds::device_description
enums:
  tag_kinds:
    0x9fc7bc: firmware_version
    0x650d9d: device_description
    0x0be9f7: page_size
    0xb46db0: sha2_checksum
    0xc8a729: device_type
  families:
    0x00ff6919: stm32l4
    0x04240bdf: stm32l5
    0x11de784a: m0sense
    0x16573617: atmega32
    0x1851780a: saml21
    0x1b57745f: nrf52
    0x1c5f21b0: esp32
    0x1e1f432d: stm32l1
    0x202e3a91: stm32l0
    0x21460ff0: stm32wl
    0x2abc77ec: lpc55
    0x2b88d29c: esp32c2
    0x300f5633: stm32g0
    0x31d228c6: gd32f350
    0x332726f6: esp32h2
    0x3d308e94: esp32p4
    0x4b684d71: maixplay_u4
    0x4c71240a: stm32g4
    0x4f6ace52: csk4
    0x4fb2d5bd: mimxrt10xx
    0x53b80f00: stm32f7
    0x540ddf62: esp32c6
    0x55114460: samd51
    0x57755a57: stm32f4
    0x5a18069b: fx2
    0x5d1a0a2e: stm32f2
    0x5ee21072: stm32f1
    0x621e937a: nrf52833
    0x647824b6: stm32f0
    0x68ed2b88: samd21
    0x6b846188: stm32f3
    0x6d0922fa: stm32f407
    0x6db66082: stm32h7
    0x6e7348a8: csk6
    0x70d16653: stm32wb
    0x7eab61ed: esp8266
    0x7f83e793: kl32l2
    0x8fb060fe: stm32f407vg
    0x9517422f: rza1lu
    0x9af03e33: gd32vf103
    0xada52840: nrf52840
    0xbfdd4eee: esp32s2
    0xc47e5767: esp32s3
    0xd42ba06c: esp32c3
    0xe48bff56: rp2040
    0xe48bff57: rp_absolute
    0xe48bff58: rp_data
    0xe48bff59: rp2350_arm_s
    0xe48bff5a: rp2350_riscv
    0xe48bff5b: rp2350_arm_ns
