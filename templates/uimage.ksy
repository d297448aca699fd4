meta:
  id: uimage
  title: U-Boot legacy image (uImage)
  file-extension: [uimage, ub]
  license: MIT
  endian: be
doc: |
  A header of 64 bytes that mkimage puts before a kernel, ramdisk or script for the U-Boot boot loader. All numbers are big
  endian, whatever the target.
doc-ref: https://source.denx.de/u-boot/u-boot/-/blob/master/include/image.h U-Boot, include/image.h, "Legacy format image header"
seq:
  - id: magic
    contents: [0x27, 0x05, 0x19, 0x56]
  - id: header_crc
    type: u4
    doc: CRC-32 of the header with this field as zero
  - id: created
    type: u4
    doc: Seconds since 1970-01-01 UTC
  - id: data_length
    type: u4
  - id: load_address
    type: u4
  - id: entry_point
    type: u4
  - id: data_crc
    type: u4
    doc: CRC-32 of the data
  - id: os
    type: u1
    enum: systems
  - id: architecture
    type: u1
    enum: architectures
  - id: kind
    type: u1
    enum: kinds
  - id: compression
    type: u1
    enum: compressions
  - id: name
    type: strz
    size: 32
    encoding: UTF-8
  - id: data
    size: data_length
instances:
  parts:
    pos: 64
    type: part_lengths
    if: kind == kinds::multi or kind == kinds::script
    doc: Lengths of the images that the data holds one after another, each padded to 4 bytes
types:
  part_lengths:
    seq:
      - id: lengths
        type: u4
        repeat: until
        repeat-until: _ == 0
enums:
  systems:
    0: invalid
    1: openbsd
    2: netbsd
    3: freebsd
    4: bsd4_4
    5: linux
    6: svr4
    7: esix
    8: solaris
    9: irix
    10: sco
    11: dell
    12: ncr
    13: lynxos
    14: vxworks
    15: psos
    16: qnx
    17: u_boot
    18: rtems
    19: artos
    20: unity
    21: integrity
    22: ose
    23: plan9
    24: openrtos
    25: arm_trusted_firmware
    26: tee
    27: opensbi
    28: efi
    29: elf
  architectures:
    0: invalid
    1: alpha
    2: arm
    3: i386
    4: ia64
    5: mips
    6: mips64
    7: powerpc
    8: s390
    9: superh
    10: sparc
    11: sparc64
    12: m68k
    13: nios
    14: microblaze
    15: nios2
    16: blackfin
    17: avr32
    18: st200
    19: sandbox
    20: nds32
    21: openrisc
    22: arm64
    23: arc
    24: x86_64
    25: xtensa
    26: riscv
  kinds:
    0: invalid
    1: standalone
    2: kernel
    3: ramdisk
    4: multi
    5: firmware
    6: script
    7: filesystem
    8: flat_device_tree
    9: kirkwood_boot
    10: imx_boot
    11: ubl
    12: omap
    13: ais
    14: kernel_no_load
    15: pbl
    16: mxs
    17: gp
    18: atmel
    19: socfpga
    20: x86_setup
    21: lpc32xx
    22: loadable
    23: rockchip_boot
    24: rockchip_sd
    25: rockchip_spi
    26: zynq
    27: zynqmp
    28: zynqmp_bitstream
    29: fpga
    30: vybrid
    31: tee
    32: firmware_ivt
    33: pmmc
    34: stm32
    35: socfpga_v1
    36: mediatek
    37: imx8m
    38: imx8
    39: copro
    40: sunxi_egon
  compressions:
    0: none
    1: gzip
    2: bzip2
    3: lzma
    4: lzo
    5: lz4
    6: zstd
