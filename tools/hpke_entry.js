// What of HPKE (RFC 9180) the page for writing needs: static/vendor/hpke.min.js is bundled from here.
export { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
export { XWing } from "@hpke/hybridkem-x-wing";
