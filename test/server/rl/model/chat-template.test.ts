import { describe, expect, it } from 'vitest';
import { ChatTemplate } from '../../../../server/rl/model/chat-template.ts';

const hello = [{ role: 'user', content: 'hi' }] as const;
const template = (text: string) =>
  new ChatTemplate('folder/chat_template.jinja', text, { eos_token: '</s>' });

describe('a chat template', () => {
  it('is given what transformers gives: no tools, no documents, the special tokens that there are', () => {
    const asks = `{%- if tools is not none %}tools{%- endif %}{%- if documents is not none %}documents{%- endif %}
      {%- if bos_token is defined %}{{ bos_token }}{%- endif %}{{- messages[0].content + eos_token }}`;
    expect(template(asks).render(hello)).toBe('hi</s>');
  });

  it('keeps the line breaks that it begins with', () => {
    expect(template('\n\n{{ messages[0].content }}').render(hello)).toBe('\n\nhi');
  });

  it('refuses a conversation in its own words', () => {
    const strict = template("{{ raise_exception('Conversation roles must alternate') }}");
    expect(() => strict.render(hello)).toThrow(
      expect.objectContaining({
        code: 'bad-input',
        message: "the model's chat template refuses this conversation: Conversation roles must alternate",
      }),
    );
  });

  it.each([
    [
      'a filter that the library lacks',
      '{{ [1, 2] | sum }}',
      /chat_template\.jinja: .* \(.*sum\): write the prompt/,
    ],
    ['what is no template', '{% for %}', /chat_template\.jinja: .*cannot be rendered here/],
    [
      'a loop that breaks off, of which the library drops the last part',
      '{% for m in messages %}{{ m.content }}{% if true %}{% break %}{% endif %}{% endfor %}',
      /break and continue inside of loops/,
    ],
  ])('is refused in one sentence with %s', (_, text, message) => {
    const render = () => template(text).render(hello);
    expect(render).toThrow(message);
    expect(render).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });
});
