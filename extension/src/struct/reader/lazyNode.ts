// One field, or one element of a repeated field, at a known place: its type after switching, its end, its value, its fault.
// Each is found when asked. Reads nothing to be made.
import { StructError } from "../errors";
import type { DataType, FieldDef, Formula, StructUse } from "../ksy/model";
import { noEnvironment, type Environment } from "../expression/evaluate";
import { contentEnd, extentOf, sizeValue, type Extent } from "./area";
import { MemoryBacking } from "./backing";
import { LazyStruct } from "./lazyStruct";
import { endOfBits, readBits, readFloat, readInteger } from "./primitive";
import { applyProcess } from "./process";
import { Stream } from "./stream";
import { beginsAligned } from "./uniform";
import { switchedType } from "./switching";
import { decodeText } from "./text";
import { validate } from "./validate";
import { Bytes, EnumValue, isInteger, type Value } from "./values";

type SizedData = Extract<DataType, { area: unknown }>;

export class LazyNode {
  #data: DataType | null | undefined;
  #extent: Extent | undefined;
  #decoded: MemoryBacking | undefined;
  #child: LazyStruct | undefined;

  constructor(
    readonly owner: LazyStruct,
    readonly field: FieldDef,
    readonly stream: Stream,
    /** Where the field before it ended: bytes with eighths, not yet aligned. */
    readonly position: number,
    /** Its place in a repeated field; -1 otherwise. */
    readonly index: number,
    /** `_index`: more than its place where turns before it made no element. */
    readonly turn = index,
  ) {}

  get path(): string {
    const name = this.owner.path === "" ? this.field.id : `${this.owner.path}.${this.field.id}`;
    return this.index < 0 ? name : `${name}[${this.index}]`;
  }

  get environment(): Environment {
    return this.index < 0 ? noEnvironment : { index: this.turn, item: undefined, on: undefined };
  }

  /** Evaluates a formula of this field as reading in order would: with the stream at its place, later fields not there yet. */
  evaluate(formula: Formula): Value {
    return this.owner.evaluateFor(this.field, formula, this.stream, this.position, this.environment);
  }

  /** The same for what is asked once the field's bytes have been read, as a whole: the stream stands behind them. */
  evaluateBehind(formula: Formula): Value {
    const data = formula.positional ? this.data() : null;
    const isSized = data !== null && "area" in data && data.area !== undefined;
    const position = isSized ? this.extent(data).end : this.position;
    return this.owner.evaluateFor(this.field, formula, this.stream, position, this.environment);
  }

  /** After switching; null when no case matches and nothing is read. */
  data(): DataType | null {
    if (this.#data === undefined) {
      const { data } = this.field;
      this.#data = data.kind === "switch" ? switchedType(this, data) : data;
    }
    return this.#data;
  }

  /** First byte it touches. */
  get start(): number {
    const data = this.data();
    if (data === null) return this.position;
    return this.position % 1 === 0 || !beginsAligned(data) ? this.position : Math.ceil(this.position);
  }

  extent(data: SizedData): Extent {
    if (this.#extent === undefined && data.area !== undefined) {
      const size = data.area.size === undefined ? undefined : sizeValue(this.evaluate(data.area.size), "size");
      this.#extent = extentOf(data.area, this.stream, Math.ceil(this.position), size);
    }
    return this.#extent ?? { start: this.position, end: this.position };
  }

  /** Where the next field begins. @throws StructError when that cannot be known */
  end(): number {
    const data = this.data();
    if (data === null) return this.position;
    switch (data.kind) {
      case "int":
      case "float": {
        const start = Math.ceil(this.position);
        this.stream.require(start, data.bytes);
        return start + data.bytes;
      }
      case "bits":
        return endOfBits(this.stream, this.position, data.bits);
      case "bytes":
      case "str":
        return this.extent(data).end;
      case "struct":
        return data.area === undefined ? this.#struct(data).end() : this.extent(data).end;
      case "switch":
        throw new StructError("TemplateError", "a switch within a switch");
    }
  }

  value(): Value {
    const data = this.data();
    if (data === null) return null;
    switch (data.kind) {
      case "int": {
        const little = data.endian === undefined ? this.owner.littleEndian() : data.endian === "le";
        return this.#named(readInteger(this.stream, Math.ceil(this.position), data.bytes, data.signed, little));
      }
      case "float": {
        const little = data.endian === undefined ? this.owner.littleEndian() : data.endian === "le";
        return readFloat(this.stream, Math.ceil(this.position), data.bytes, little);
      }
      case "bits": {
        const value = readBits(this.stream, this.position, data.bits, data.order);
        return data.asBool ? value !== 0 : this.#named(value);
      }
      case "bytes":
        return this.bytes(data);
      case "str": {
        const bytes = this.bytes(data);
        return decodeText(bytes.copy(this.owner.session.budget), data.encoding);
      }
      case "struct":
        return this.#struct(data);
      case "switch":
        throw new StructError("TemplateError", "a switch within a switch");
    }
  }

  #named(value: Value): Value {
    const { enumName } = this.field;
    return enumName !== undefined && isInteger(value) ? new EnumValue(enumName.enumDef, value) : value;
  }

  /** What a byte array or string consists of, after padding, terminator and process. */
  bytes(data: SizedData): Bytes {
    const { area } = data;
    if (area === undefined) throw new StructError("TypeError", "no bytes");
    const extent = this.extent(data);
    if (this.#decoded !== undefined) return new Bytes(this.#decoded, 0, this.#decoded.size);
    const raw = new Bytes(
      this.stream.backing,
      this.stream.base + extent.start,
      contentEnd(area, this.stream, extent) - extent.start,
    );
    if (area.process === undefined) return raw;
    const args = area.process.args.map((formula) => this.evaluateBehind(formula));
    this.#decoded = new MemoryBacking(applyProcess(area.process.name, args, raw, this.owner.session.budget));
    this.owner.session.keepDecoded(this, this.#decoded.size);
    return new Bytes(this.#decoded, 0, this.#decoded.size);
  }

  /** Lets go of what a process made and of all that was read from it. It can be made again. */
  forget(): void {
    this.#decoded = undefined;
    this.#child = undefined;
  }

  #struct(use: StructUse): LazyStruct {
    if (use.opaque)
      throw new StructError(
        "NotSupportedError",
        `type '${use.name.path.join("::")}' is opaque: code of another program reads it`,
      );
    if (this.#child !== undefined) return this.#child;
    if (use.area === undefined)
      return (this.#child = new LazyStruct(this.owner.session, use.type, this.stream, this.position, this, use));
    const bytes = this.bytes(use);
    const origin = use.area.process === undefined ? this.stream.origin : this;
    const stream = new Stream(bytes.backing, bytes.start, bytes.length, origin);
    const child = new LazyStruct(this.owner.session, use.type, stream, 0, this, use);
    stream.finalPosition = () => child.endOrFailure();
    return (this.#child = child);
  }

  /** What `valid` or `contents` has against the value; undefined when nothing. */
  violation(): StructError | undefined {
    const { valid } = this.field;
    if (valid === undefined) return undefined;
    const value = this.value();
    const { cursor } = this.stream;
    // A condition sees the stream behind the field.
    if (valid.expr?.positional === true) this.stream.cursor = this.end();
    try {
      return validate(this.owner, valid, value, this.environment);
    } finally {
      this.stream.cursor = cursor;
    }
  }
}
