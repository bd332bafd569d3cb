export const GGUF_FILE = /\.gguf$/i;

/** Why GGUF files are no models here. @see docs/models.md */
export const GGUF_PROBLEM =
  'GGUF files are not read: their weights are packed in 2 to 8 bits, and no kept JavaScript library unpacks them; take the same model as safetensors in 16- or 32-bit floats';
