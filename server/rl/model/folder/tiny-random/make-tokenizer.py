"""Makes tokenizer.json and tokenizer_config.json beside this file: a byte-level BPE tokenizer of 640 tokens, built as SmolLM2's is
(digits one by one, special tokens first), whose merges are learned from games that this project makes itself.

Run once, with Python 3.11 and tokenizers 0.23.3; nothing in the repository runs Python. From the project's folder:

    node server/rl/envs/alfworld/make-text.ts | python server/rl/model/folder/tiny-random/make-tokenizer.py
"""

import json
import sys
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

HERE = Path(__file__).parent
SPECIAL_TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
VOCABULARY = 640

# ChatML without a system message of its own.
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)

tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Digits(individual_digits=True),
    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
tokenizer.decoder = decoders.ByteLevel()
tokenizer.train_from_iterator(sys.stdin.readlines(), trainers.BpeTrainer(
    vocab_size=VOCABULARY, special_tokens=SPECIAL_TOKENS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
assert tokenizer.get_vocab_size() == VOCABULARY
tokenizer.save(str(HERE / "tokenizer.json"))

(HERE / "tokenizer_config.json").write_text(json.dumps({
    "add_prefix_space": False,
    "bos_token": "<|im_start|>",
    "chat_template": CHAT_TEMPLATE,
    "clean_up_tokenization_spaces": False,
    "eos_token": "<|im_end|>",
    "model_max_length": 4096,
    "pad_token": "<|im_end|>",
    "tokenizer_class": "GPT2Tokenizer",
    "unk_token": "<|endoftext|>",
}, indent=2) + "\n")
