/**
 * Writes ONNX models: the few messages of onnx.proto3 that a recorded graph needs, as protobuf wire format
 * (https://protobuf.dev/programming-guides/encoding, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 * Field numbers stand beside each field.
 */

/** TensorProto.DataType of the types used here. */
export const ONNX_TYPE = { float32: 1, int8: 3, uint8: 2, int32: 6, int64: 7, bool: 9 } as const;
export type OnnxDtype = keyof typeof ONNX_TYPE;

/** A plain number is an INT, an array INTS, a string STRING; a float says so. */
export type OnnxAttribute = number | readonly number[] | string | { readonly float: number };

export interface OnnxNode {
  op: string;
  /** '' is the ONNX standard set; 'com.microsoft' holds ONNX Runtime's own operators. */
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxValueInfo {
  name: string;
  dtype: OnnxDtype;
  /** Null: it differs from run to run. */
  shape: readonly number[] | null;
}

export interface OnnxInitializer extends OnnxValueInfo {
  shape: readonly number[];
  data: ArrayBufferView;
}

export interface OnnxGraph {
  name: string;
  nodes: OnnxNode[];
  initializers: OnnxInitializer[];
  inputs: OnnxValueInfo[];
  outputs: OnnxValueInfo[];
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

const textEncoder = new TextEncoder();

/** A growing protobuf message. */
class Message {
  #bytes = new Uint8Array(256);
  #length = 0;

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + extra));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  #varint(value: bigint): void {
    this.#reserve(10);
    let rest = BigInt.asUintN(64, value); // negative integers are written as 64-bit two's complement
    while (rest > 127n) {
      this.#bytes[this.#length++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #smallVarint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  int(field: number, value: number): this {
    this.#smallVarint(field * 8 + VARINT);
    if (value >= 0) this.#smallVarint(value);
    else this.#varint(BigInt(value));
    return this;
  }

  float(field: number, value: number): this {
    this.#smallVarint(field * 8 + FIXED_32);
    this.#reserve(4);
    new DataView(this.#bytes.buffer).setFloat32(this.#length, value, true);
    this.#length += 4;
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#smallVarint(field * 8 + LENGTH_DELIMITED);
    this.#smallVarint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, textEncoder.encode(value));
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish());
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

function encodeAttribute(name: string, value: OnnxAttribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === 'number') return message.int(3, value).int(20, 2);
  if (typeof value === 'string') return message.text(4, value).int(20, 3);
  if ('float' in value) return message.float(2, value.float).int(20, 1);
  for (const item of value) message.int(8, item);
  return message.int(20, 7);
}

function encodeNode(node: OnnxNode): Message {
  const message = new Message();
  for (const name of node.inputs) message.text(1, name);
  for (const name of node.outputs) message.text(2, name);
  message.text(4, node.op);
  for (const [name, value] of Object.entries(node.attributes))
    message.message(5, encodeAttribute(name, value));
  if (node.domain !== '') message.text(7, node.domain);
  return message;
}

function encodeInitializer(tensor: OnnxInitializer): Message {
  const message = new Message();
  for (const size of tensor.shape) message.int(1, size);
  const { buffer, byteOffset, byteLength } = tensor.data;
  return message
    .int(2, ONNX_TYPE[tensor.dtype])
    .text(8, tensor.name)
    .bytes(9, new Uint8Array(buffer, byteOffset, byteLength)); // raw_data: little endian, row major
}

function encodeValueInfo(info: OnnxValueInfo): Message {
  const tensor = new Message().int(1, ONNX_TYPE[info.dtype]);
  if (info.shape) {
    const shape = new Message();
    for (const size of info.shape) shape.message(1, new Message().int(1, size)); // Dimension.dim_value
    tensor.message(2, shape);
  }
  return new Message().text(1, info.name).message(2, new Message().message(1, tensor));
}

/** Reductions take their axes as an input, ScatterND and ScatterElements know reduction=add. */
const OPSET = 18;

/** Encodes one graph as a complete ONNX model (IR version 9), its operators those of version `opset` of the standard set. */
export function encodeModel(graph: OnnxGraph, opset = OPSET): Uint8Array {
  const body = new Message();
  for (const node of graph.nodes) body.message(1, encodeNode(node));
  body.text(2, graph.name);
  for (const tensor of graph.initializers) body.message(5, encodeInitializer(tensor));
  for (const info of graph.inputs) body.message(11, encodeValueInfo(info));
  for (const info of graph.outputs) body.message(12, encodeValueInfo(info));

  const model = new Message().int(1, 9).text(2, 'hiper-lab').message(7, body);
  const sets = { '': opset, 'com.microsoft': 1 };
  for (const [domain, version] of Object.entries(sets))
    model.message(8, new Message().text(1, domain).int(2, version));
  return model.finish();
}
