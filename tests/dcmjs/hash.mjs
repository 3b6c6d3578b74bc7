// Prints what dcmjs reads of an object: SOP class, rows, columns, frames, SHA-256 of its pixel data as stored.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import dcmjs from "dcmjs";

dcmjs.log.setLevel?.("error");
const bytes = readFileSync(process.argv[2]);
const file = dcmjs.data.DicomMessage.readFile(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
const set = dcmjs.data.DicomMetaDictionary.naturalizeDataset(file.dict);
const pixels = file.dict["7FE00010"] ?? file.dict["7FE00008"];
const value = pixels ? Buffer.from(pixels.Value[0]) : Buffer.alloc(0);
console.log(JSON.stringify({
  sopClass: set.SOPClassUID,
  rows: set.Rows,
  columns: set.Columns,
  frames: Number(set.NumberOfFrames),
  sha256: createHash("sha256").update(value).digest("hex"),
}));
