import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCompiler } from '../../../server/gpu/build-binding.ts';
import { gpuPaths } from '../../../server/rl/tensor/tensorflow/installed.ts';

/** What TensorFlow asks of the driver before it takes a card into use; everything else answers 0, which is success. */
const CARD = `
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <dlfcn.h>
int cuDriverGetVersion(int *version) { *version = 12090; return 0; }
int cuDeviceGetCount(int *count) { *count = 1; return 0; }
int cuDeviceGet(int *device, int index) { *device = 0; return 0; }
int cuDeviceGetName(char *name, int length, int device) { strncpy(name, "Stub", length); return 0; }
int cuDeviceGetPCIBusId(char *id, int length, int device) { strncpy(id, "0000:01:00.0", length); return 0; }
int cuDeviceComputeCapability(int *major, int *minor, int device) { *major = 9; *minor = 0; return 0; }
int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = 64ull << 30; return 0; }
int cuMemGetInfo_v2(size_t *available, size_t *all) { *available = *all = 64ull << 30; return 0; }
int cuDeviceGetAttribute(int *value, int attribute, int device) {
  switch (attribute) {
    case 75: *value = 9; break;      /* compute capability, major */
    case 76: *value = 0; break;      /* and minor */
    case 16: *value = 132; break;    /* multiprocessors */
    case 10: *value = 32; break;     /* threads of a warp */
    case 39: *value = 2048; break;   /* threads of a multiprocessor */
    case 8: *value = 49152; break;   /* shared memory of a block */
    case 81: *value = 233472; break; /* and of a multiprocessor */
    case 13: *value = 1700000; break;
    case 36: *value = 2600000; break;
    case 37: *value = 5120; break;
    default: *value = 1024;
  }
  return 0;
}
static char context[64];
int cuDevicePrimaryCtxRetain(void **result, int device) { *result = context; return 0; }
int cuCtxGetCurrent(void **result) { *result = context; return 0; }
int cuCtxGetDevice(int *device) { *device = 0; return 0; }
int cuGetErrorName(int error, const char **name) { *name = "STUB"; return 0; }
int cuGetErrorString(int error, const char **text) { *text = "stub"; return 0; }
int cuStreamCreateWithPriority(void **stream, unsigned flags, int priority) { *stream = malloc(8); return 0; }
int cuStreamCreate(void **stream, unsigned flags) { *stream = malloc(8); return 0; }
int cuEventCreate(void **event, unsigned flags) { *event = malloc(8); return 0; }
int cuCtxGetStreamPriorityRange(int *least, int *greatest) { *least = *greatest = 0; return 0; }
static int ok(void) { return 0; }
int cuGetProcAddress_v2(const char *name, void **result, int version, unsigned long flags, int *status) {
  char second[128];
  void *found = dlsym(RTLD_DEFAULT, name);
  snprintf(second, sizeof(second), "%s_v2", name);
  if (found == NULL) found = dlsym(RTLD_DEFAULT, second);
  *result = found != NULL ? found : (void *)ok;
  if (status != NULL) *status = 0;
  return 0;
}
int cuGetProcAddress(const char *name, void **result, int version, unsigned long flags) {
  return cuGetProcAddress_v2(name, result, version, flags, NULL);
}
`;

/** Puts libcuda.so.1 and libnvidia-ml.so.1 into a folder, which pretend that there is a card: it can be found, and nothing else. */
export function writeStubDriver(folder: string): void {
  const known = readFileSync(join(gpuPaths.libraries, 'tensorflow/libtensorflow_framework.so.2')).toString(
    'latin1',
  );
  const names = (prefix: string) =>
    new Set(known.match(new RegExp(`(?<=\\0)${prefix}[A-Z][A-Za-z0-9]+(?:_v\\d+|_ptsz|_ptds)*(?=\\0)`, 'g')));
  const compile = (library: string, own: string, all: Set<string>): void => {
    const rest = [...all].filter((name) => !new RegExp(`\\b${name}\\(`).test(own));
    const source = join(folder, `${library}.c`);
    writeFileSync(source, own + rest.map((name) => `int ${name}(void) { return 0; }\n`).join(''));
    // C, not C++: no types are declared twice.
    execFileSync(findCompiler(process.env) as string, [
      ...['-x', 'c', '-shared', '-fPIC', '-w', '-D_GNU_SOURCE', `-Wl,-soname,${library}`],
      ...['-o', join(folder, library), source, '-ldl'],
    ]);
  };
  compile('libcuda.so.1', CARD, names('cu'));
  compile('libnvidia-ml.so.1', '', names('nvml'));
}
