import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contract/error.ts';

/** A change of a source text: what stands there, once, and what shall. */
type Edit = [before: string | RegExp, after: string];

/** The binding gains the tracing and the choice of a device of `binding/*.inc`, and its tensors own their memory. */
const SOURCES: Record<string, Edit[]> = {
  'tfjs_backend.h': [
    ['#include <unordered_map>\n', '#include <unordered_map>\n#include <vector>\n'],
    [
      '  // Get number of loaded SavedModel in the backend:\n',
      `  // Records ops as a TensorFlow function instead of executing them, between BeginTrace and DropTrace.
  napi_value BeginTrace(napi_env env, napi_value dtypes, napi_value shapes);
  void EndTrace(napi_env env, napi_value name, napi_value output_ids, bool compile);
  void DropTrace();
  void RemoveFunction(napi_env env, napi_value name);

  // Computes on the index-th device from now on, counted round; returns its name.
  napi_value SelectDevice(napi_env env, napi_value index);
  napi_value DeviceOf(napi_env env, napi_value id);
  size_t DeviceCount() const { return device_names_.size(); }

  // Get number of loaded SavedModel in the backend:
`,
    ],
    [
      '  TFE_Context *tfe_context_;\n',
      `  void PlaceOp(napi_env env, TFE_Op *op);
  std::vector<std::string> device_names_;

  napi_value SymbolicTensorInfo(napi_env env, TF_Output output);
  bool AddConst(napi_env env, TF_Tensor *tensor, TF_Output *output);
  bool TracedValue(napi_env env, int32_t id, TF_Output *output);
  napi_value TraceTensor(napi_env env, const std::vector<int64_t> &shape, TF_DataType dtype, napi_value array_value);
  napi_value TraceOp(napi_env env, const std::string &op_name, napi_value op_attr_inputs, napi_value input_tensor_ids);

  TF_Graph *trace_graph_ = nullptr;
  int trace_count_ = 0;
  std::vector<TF_Output> trace_inputs_;
  std::unordered_map<int32_t, TF_Output> trace_values_;
  std::vector<int32_t> trace_captured_;

  TFE_Context *tfe_context_;
`,
    ],
  ],
  'tfjs_backend.cc': [
    ['#include <cstring>\n', '#include <cstdlib>\n#include <cstring>\n'],
    // Memory shared with V8 would have to be given back by JavaScript's thread, which TensorFlow's threads are not.
    [
      / {2}\/\/ Sharing V8 memory with the underlying TensorFlow tensor[\s\S]*?(?= {2}\/\/ Currently, int64-type Tensors are represented as Int32Arrays\.\n {2}\/\/ So the logic for comparing the byte size)/,
      '',
    ],
    [
      `  TF_AutoTensor tensor(TF_NewTensor(dtype, shape, shape_length, array_data,
                                    byte_size, DeallocTensor, auto_ref));
`,
      `  TF_AutoTensor tensor(TF_AllocateTensor(dtype, shape, shape_length, byte_size));
  memcpy(TF_TensorData(tensor.tensor), array_data, byte_size);
`,
    ],
    [
      '    delete auto_ref;\n    TFE_DeleteTensorHandle(tfe_tensor_handle);\n',
      '    TFE_DeleteTensorHandle(tfe_tensor_handle);\n',
    ],
    [
      /\/\/ Callback to cleanup extra reference count for shared V8\/TF tensor memory:[\s\S]*?(?=\/\/ Creates a TFE_TensorHandle from a JS typed array\.)/,
      '',
    ],
    [
      'TFJSBackend::TFJSBackend(napi_env env)',
      '#include "trace_backend.inc"\n#include "devices.inc"\n\nTFJSBackend::TFJSBackend(napi_env env)',
    ],
    [
      '  TFE_ContextOptions *tfe_options = TFE_NewContextOptions();\n',
      `  TFE_ContextOptions *tfe_options = TFE_NewContextOptions();
  const std::string config = ContextConfig();
  TFE_ContextOptionsSetConfig(tfe_options, config.data(), config.size(), tf_status.status);
  ENSURE_TF_OK(env, tf_status);
`,
    ],
    [
      / {2}\/\/ TODO\(kreeger\): Add better support for this[\s\S]*?(?= {2}TF_DeleteDeviceList\(device_list\);)/,
      `  device_names_ = DevicesOf(device_list, "GPU");
  is_gpu_device = !device_names_.empty();
  if (!is_gpu_device) device_names_ = DevicesOf(device_list, "CPU");
  device_name = device_names_[0];
`,
    ],
    [
      '  uint32_t num_input_ids;\n  nstatus = napi_get_array_length(env, input_tensor_ids, &num_input_ids);',
      `  PlaceOp(env, tfe_op.op);
  if (IsExceptionPending(env)) return nullptr;

  uint32_t num_input_ids;
  nstatus = napi_get_array_length(env, input_tensor_ids, &num_input_ids);`,
    ],
    [
      '  TFE_TensorHandle *tfe_handle = CreateTFE_TensorHandleFromJSValues(',
      `  if (trace_graph_ != nullptr) {
    return TraceTensor(env, shape_vector, static_cast<TF_DataType>(dtype_int32), array_value);
  }
  TFE_TensorHandle *tfe_handle = CreateTFE_TensorHandleFromJSValues(`,
    ],
    [
      / {2}auto tensor_entry = tfe_handle_map_\.find\(tensor_id\);\n(?= {2}if \(tensor_entry == tfe_handle_map_\.end\(\)\) \{\n {4}NAPI_THROW_ERROR\(env,\n {21}"Delete called)/,
      `  if (trace_graph_ != nullptr && tfe_handle_map_.count(tensor_id) == 0 && trace_values_.erase(tensor_id) > 0) return;
  auto tensor_entry = tfe_handle_map_.find(tensor_id);
`,
    ],
    [
      '  TF_AutoStatus tf_status;\n  TFE_AutoOp tfe_op(TFE_NewOp(',
      `  if (trace_graph_ != nullptr) return TraceOp(env, op_name, op_attr_inputs, input_tensor_ids);
  TF_AutoStatus tf_status;
  TFE_AutoOp tfe_op(TFE_NewOp(`,
    ],
  ],
  'tfjs_binding.cc': [
    [
      '/**\n * Called by Node to cleanup our instance data',
      '#include "trace_binding.inc"\n\n/**\n * Called by Node to cleanup our instance data',
    ],
    [
      '  TFJSBackend *const backend = TFJSBackend::Create(env);\n',
      '  ObeyLogLevel();\n  TFJSBackend *const backend = TFJSBackend::Create(env);\n',
    ],
    ['#include "tfjs_backend.h"\n', '#include <cstdlib>\n#include "tfjs_backend.h"\n'],
    [
      '      {"TF_Version", nullptr',
      `      {"beginTrace", nullptr, BeginTrace, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"endTrace", nullptr, EndTrace, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"dropTrace", nullptr, DropTrace, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"removeFunction", nullptr, RemoveFunction, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"selectDevice", nullptr, SelectDevice, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"deviceOf", nullptr, DeviceOf, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"deviceCount", nullptr, nullptr, DeviceCount, nullptr, nullptr, napi_default, nullptr},
      {"TF_Version", nullptr`,
    ],
  ],
};

/** Every module of the package that is used, which leaves out the big tfjs package, with 40 others behind it. */
const EVERY_MODULE: [RegExp, string][] = [
  [/require\("@tensorflow\/tfjs"\)/g, 'require("@tensorflow/tfjs-core")'],
  // Node 23 removed the first of these and warns of the second.
  [/\(0, util_1\.isNullOrUndefined\)/g, '(function (value) { return value == null; })'],
  [/\(0, util_1\.isArray\)/g, 'Array.isArray'],
];

/** What TensorBoard's event files are written with; nobody writes any here. */
const PROTOBUF: Edit = ["require('./proto/api_pb')", '{}'];

/** Patches the unpacked package. Throws AppError `bad-file` where a text is not as it is known. */
export function patchPackage(folder: string): void {
  for (const [name, edits] of Object.entries(SOURCES)) edit(join(folder, 'binding', name), edits);
  edit(join(folder, 'dist/nodejs_kernel_backend.js'), [PROTOBUF]);
  const modules = ['nodejs_kernel_backend.js', 'int64_tensors.js', 'register_all_kernels.js'];
  const kernels = readdirSync(join(folder, 'dist/kernels')).filter((name) => name.endsWith('.js'));
  for (const name of [...modules, ...kernels.map((kernel) => join('kernels', kernel))]) {
    const path = join(folder, 'dist', name);
    const before = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      EVERY_MODULE.reduce((text, [from, to]) => text.replaceAll(from, to), before),
    );
  }
}

function edit(path: string, edits: readonly Edit[]): void {
  let text = readFileSync(path, 'utf8');
  for (const [before, after] of edits) {
    const changed = text.replace(before, () => after);
    if (changed === text)
      throw new AppError(
        'bad-file',
        `${path} is not as it is known: it lacks ${String(before).slice(0, 80)}…`,
      );
    text = changed;
  }
  writeFileSync(path, text);
}
