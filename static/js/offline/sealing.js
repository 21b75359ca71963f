"use strict";
// Seals words to the inbox key that this phone was given; docs/crypto-format.md has every byte.
// Shared by the pages for writing and the service worker.
const itemOf = (kind, { occurred_at: typed, ...fields }) => {
  const zoned = (date) => {
    const minutes = -date.getTimezoneOffset();
    const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
    const local = new Date(date.getTime() + minutes * 60000).toISOString().slice(0, 19);
    return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
  };
  const now = new Date();
  return { v: 1, kind, fields, occurred_at: zoned(typed ? new Date(typed) : now), written_at: zoned(now) };
};
const sealItem = (() => {
  const utf8 = (text) => new TextEncoder().encode(text);
  const joined = (...parts) => {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) { whole.set(part, at); at += part.length; }
    return whole;
  };
  const idBytes = (text) => Uint8Array.from(text.replaceAll("-", "").match(/../g), (pair) => parseInt(pair, 16));
  const padme = (length) => {
    const exponent = 31 - Math.clz32(length);
    const mask = (1 << Math.max(exponent - (32 - Math.clz32(exponent)), 0)) - 1;
    return (length + mask) & ~mask;
  };
  // The size would otherwise tell how much was written.
  const padded = (plain) => {
    const whole = new Uint8Array(Math.max(512, padme(plain.length + 4)));
    new DataView(whole.buffer).setUint32(0, plain.length);
    whole.set(plain, 4);
    return whole;
  };
  return async (phone, id, words) => {
    const suite = new hpke.CipherSuite({ kem: new hpke.XWing(), kdf: new hpke.HkdfSha256(), aead: new hpke.Aes256Gcm() });
    const place = joined(idBytes(phone.account), idBytes(phone.phone), idBytes(id));
    const info = joined(utf8("AG1 phone item"), new Uint8Array(await crypto.subtle.digest("SHA-256", place)));
    const recipientPublicKey = await suite.kem.deserializePublicKey(phone.inbox);
    const { enc, ct } = await suite.seal({ recipientPublicKey, info }, padded(utf8(JSON.stringify(words))));
    const sealed = joined(Uint8Array.of(1, 1), new Uint8Array(enc), new Uint8Array(ct));
    const marked = joined(utf8("AG1 phone item mark\0"), place, sealed);
    const mark = new Uint8Array(await crypto.subtle.sign("HMAC", phone.markKey, marked));
    return { id, sealed, mark, secret: phone.secret };
  };
})();
