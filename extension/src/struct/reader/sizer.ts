// The fast way over elements of varying size: reads only what decides their sizes, in numbers, making no nodes.
// Covers fields whose sizes, counts, conditions and switches are integer arithmetic on earlier fields; makeSizer answers null
// for others, and a sizer answers NaN whenever anything is out of the ordinary (end of stream, 2^53, division by zero):
// then the element is read the ordinary way, which knows what to say.
import type { Area, DataType, FieldDef, StructUse, SwitchUse, TypeDef } from "../ksy/model";
import { bitsAfterData, skipsRestOfByte } from "../ksy/sizes";
import { findAligned } from "./backing";
import { constantOf, SizeMachine, type Frame, type Numeric, numeric } from "./sizerExpressions";
import type { LazyStruct } from "./lazyStruct";
import type { Stream } from "./stream";

export interface Sizer {
  /** Where the element at `position` ends, or NaN. Reads nothing but the element, and at most a terminator behind it. */
  end(stream: Stream, position: number, owner: LazyStruct): number;
  /** What it takes from outside of the elements; NaN: that cannot be had. */
  constants(stream: Stream, owner: LazyStruct): readonly number[];
}

type Step = (machine: SizeMachine, position: number) => number;
/** Made after all expressions are known, when it is clear which fields they need. */
type Plan = () => Step;

const maxDepth = 12;
const maxSteps = 2000;

const known = new WeakMap<FieldDef, Sizer | null>();

export function makeSizer(field: FieldDef): Sizer | null {
  let sizer = known.get(field);
  if (sizer === undefined) {
    sizer = compile(field.data);
    known.set(field, sizer);
  }
  return sizer;
}

function compile(data: DataType): Sizer | null {
  const machine = new SizeMachine();
  const plan = new Compiler(machine).data(data, undefined, 0);
  if (plan === null) return null;
  const step = plan();
  const begin = (stream: Stream, owner: LazyStruct): void => {
    machine.stream = stream;
    machine.budget = owner.session.budget;
    machine.begin(owner);
  };
  return {
    end: (stream, position, owner) => {
      begin(stream, owner);
      return step(machine, position);
    },
    constants: (stream, owner) => {
      begin(stream, owner);
      return machine.constants();
    },
  };
}

class Compiler {
  #steps = 0;

  constructor(private readonly machine: SizeMachine) {}

  data(data: DataType, frame: Frame | undefined, depth: number): Plan | null {
    this.#steps += 1;
    if (this.#steps > maxSteps || depth > maxDepth) return null;
    switch (data.kind) {
      case "int":
      case "float": {
        const { bytes } = data;
        return () => (machine, position) => within(machine, Math.ceil(position) + bytes);
      }
      case "bits": {
        const bytes = data.bits / 8;
        return () => (machine, position) => within(machine, position + bytes);
      }
      case "bytes":
      case "str":
        return this.#area(data.area, frame);
      case "struct":
        return data.area === undefined ? this.#struct(data, frame, depth) : this.#area(data.area, frame);
      case "switch":
        return this.#switch(data, frame, depth);
    }
  }

  #area(area: Area, frame: Frame | undefined): Plan | null {
    if (area.size !== undefined) {
      const size = numeric(area.size.tree, frame, this.machine);
      if (size === null) return null;
      return () => (machine, position) => {
        const bytes = size(machine);
        return bytes >= 0 ? within(machine, Math.ceil(position) + bytes) : NaN;
      };
    }
    if (area.sizeEos) return () => (machine, position) => (position <= machine.stream.size ? machine.stream.size : NaN);
    const { terminator, consume } = area;
    if (terminator === undefined || terminator.length > 16) return null;
    return () => (machine, position) => {
      const { backing, base, size } = machine.stream;
      const found = findAligned(backing, terminator, base + Math.ceil(position), base + size);
      return found < 0 ? NaN : found - base + (consume ? terminator.length : 0);
    };
  }

  #struct(use: StructUse, outer: Frame | undefined, depth: number): Plan | null {
    if (use.opaque || typeof use.type.endian === "object") return null;
    const params = use.args.map((arg) => numeric(arg.tree, outer, this.machine));
    const frame: Frame = {
      type: use.type,
      registers: new Map(),
      // Only a plain parent within the element can be looked into.
      parent: use.parent === undefined && !use.external ? (outer ?? "owner") : undefined,
      sharesRoot: !use.external && (outer?.sharesRoot ?? true),
    };
    const plans: Plan[] = [];
    for (const [index, field] of use.type.seq.entries()) {
      const plan = this.#field(field, frame, depth + 1);
      if (plan === null) return null;
      plans.push(skipsRestOfByte(use.type.seq, index) ? upToByte(plan) : plan);
    }
    return () => {
      const load = this.#loadParams(use.type, frame, params);
      const steps = plans.map((plan) => plan());
      const [first, second] = steps;
      if (load === null && first !== undefined && steps.length === 1) return first;
      if (load === null && first !== undefined && second !== undefined && steps.length === 2) {
        return (machine, position) => second(machine, first(machine, position));
      }
      return (machine, position) => {
        load?.(machine);
        let at = position;
        for (const step of steps) at = step(machine, at);
        return at;
      };
    };
  }

  #loadParams(
    type: TypeDef,
    frame: Frame,
    params: readonly (Numeric | null)[],
  ): ((machine: SizeMachine) => void) | null {
    const loads = type.params.flatMap((param) => {
      const register = frame.registers.get(param.id);
      return register === undefined ? [] : [{ register, value: params[param.index] ?? null }];
    });
    if (loads.length === 0) return null;
    return (machine) => {
      for (const { register, value } of loads) machine.registers[register] = value === null ? NaN : value(machine);
    };
  }

  #field(field: FieldDef, frame: Frame, depth: number): Plan | null {
    const condition = field.condition === undefined ? undefined : numeric(field.condition.tree, frame, this.machine);
    if (condition === null) return null;
    const plan = field.repeat === undefined ? this.#single(field, frame, depth) : this.#repeated(field, frame, depth);
    if (plan === null || condition === undefined) return plan;
    return () => {
      const step = plan();
      const register = frame.registers.get(field.id);
      return (machine, position) => {
        const holds = condition(machine);
        if (holds !== 0) return holds === 1 ? step(machine, position) : NaN;
        if (register !== undefined) machine.registers[register] = NaN;
        return position;
      };
    };
  }

  /** Keeps the value for later expressions, if any asks for it. */
  #single(field: FieldDef, frame: Frame, depth: number): Plan | null {
    const { data } = field;
    const plan = this.data(data, frame, depth);
    if (plan === null || (data.kind !== "int" && data.kind !== "bits")) return plan;
    return () => {
      const step = plan();
      const register = frame.registers.get(field.id);
      if (register === undefined) return step;
      const read = this.machine.reader(data);
      return (machine, position) => {
        const end = step(machine, position);
        if (end === end) machine.registers[register] = read(machine, position);
        return end;
      };
    };
  }

  #repeated(field: FieldDef, frame: Frame, depth: number): Plan | null {
    const { data, repeat } = field;
    if (repeat === undefined || repeat.kind === "until") return null;
    const count = repeat.kind === "count" ? numeric(repeat.count.tree, frame, this.machine) : undefined;
    const element = count === null ? null : this.data(data, frame, depth);
    if (count === null || element === null) return null;
    const bits = bitsAfterData(data, 0);
    const isFixed = bits !== undefined && bits % 8 === 0 && (data.kind === "int" || data.kind === "float");
    return () => {
      const step = element();
      if (count !== undefined && isFixed) {
        return (machine, position) => {
          const elements = count(machine);
          if (elements === 0) return position;
          return elements > 0 ? within(machine, Math.ceil(position) + (elements * bits) / 8) : NaN;
        };
      }
      return (machine, position) => repeatStep(machine, step, position, count);
    };
  }

  #switch(use: SwitchUse, frame: Frame | undefined, depth: number): Plan | null {
    const common = commonArea(use);
    if (common !== undefined) return this.#area(common, frame);
    const on = numeric(use.on.tree, frame, this.machine);
    if (on === null) return null;
    const plans = new Map<number, Plan>();
    for (const { when, type } of use.cases) {
      const value = constantOf(when);
      const plan = value === null ? null : this.data(type, frame, depth + 1);
      if (value === null || plan === null) return null;
      if (!plans.has(value)) plans.set(value, plan);
    }
    const otherwise = use.otherwise === undefined ? undefined : this.data(use.otherwise, frame, depth + 1);
    if (otherwise === null) return null;
    return () => {
      const steps = new Map([...plans].map(([value, plan]) => [value, plan()]));
      const rest = otherwise?.();
      return (machine, position) => {
        const value = on(machine);
        if (value !== value) return NaN;
        const step = steps.get(value) ?? rest;
        return step === undefined ? position : step(machine, position);
      };
    };
  }
}

/** The area that all cases have: then it does not matter which holds. */
function commonArea(use: SwitchUse): Area | undefined {
  const types = [use.otherwise, ...use.cases.map((one) => one.type)];
  const areas = types.map((type) => (type !== undefined && "area" in type ? type.area : undefined));
  const [first] = areas;
  if (first?.size === undefined) return undefined;
  const { path } = first.size.at;
  return areas.every((area) => area?.size?.at.path === path) ? first : undefined;
}

function upToByte(plan: Plan): Plan {
  return () => {
    const step = plan();
    return (machine, position) => Math.ceil(step(machine, position));
  };
}

function within(machine: SizeMachine, position: number): number {
  return position <= machine.stream.size ? position : NaN;
}

/** Bounded by the stream: an element without bytes is left to the ordinary way, which bounds time. */
function repeatStep(machine: SizeMachine, step: Step, position: number, count: Numeric | undefined): number {
  const elements = count === undefined ? Infinity : count(machine);
  if (!(elements >= 0)) return NaN;
  const { size } = machine.stream;
  let at = position;
  for (let index = 0; count === undefined ? at < size : index < elements; index += 1) {
    const next = step(machine, at);
    if (!(next > at)) return NaN;
    at = next;
    if (index % 1024 === 1023) machine.budget.spend(256);
  }
  return at;
}
