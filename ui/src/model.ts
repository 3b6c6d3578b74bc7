/**
 * What the page is given. `results` is results.json as docs/schemas/results.schema.json describes it; everything else is what a page
 * needs beside it: pictures, curves, sentences. Null and absent mean the same: there is none. Etalon.Study writes this object; the web
 * application will fetch the same one.
 */
export interface ReportModel {
  schema: "etalon-report-1";
  etalon: string;
  /** A pseudonym; never an identifier. */
  subject: string;
  answer: Answer;
  visits: Visit[];
  treatment: Treatment;
  /** Upgrades and broken calibration chains: the line of time is broken here, never bridged. */
  breaks: { day: number; text: string }[];
  series: TimeSeries[];
  images: ImageVisit[];
  imageNotice: string[];
  rows: MeasurementRow[];
  comparability: ComparabilityCell[];
  /** Absent in a page of an older version. */
  calibration?: Calibration | null;
  rano: RanoRow[];
  twin: TwinSection | null;
  /** Why there is no twin, in a sentence, where twin is null. */
  twinRefusal: string | null;
  options: OptionsSection | null;
  optionsRefusal: string | null;
  /** Sentences that say how the page must be read (virtual patient, research software, faces). */
  notices: string[];
  methods: { name: string; text: string; sources: string[] }[];
  results: Results;
}

export type SealVerdict = "fit" | "fit with guard band" | "exploratory only" | "unfit";
export interface Answer {
  sentence: string; limit: string; seal: { verdict: SealVerdict; purpose: string; reasons: string[] };
  /** Ids of the rows of measurements that the answer rests on; they are printed opened. Without it: the last row with a verdict and the same measurand at the first visit. */
  restsOn?: string[];
}

/** `day` is fractional days since the first visit. */
export interface Visit { id: string; label: string; time: string; day: number; scannerState: string | null; role: "fit" | "held-out" | "other"; }
export interface Treatment {
  fractions: { time: string; day: number; doseGy: number }[];
  drugs: { name: string; unit: string; doses: { time: string; day: number; amount: number }[] }[];
  surgery: { time: string; day: number; region: string }[];
}

export interface Interval { lower: number; upper: number; coverage: number; }
/** One measurand of one region over the visits, with what the twin said of it. Values in the unit named by `shownUnit`. */
export interface TimeSeries {
  measurand: string; region: string; title: string; shownUnit: string;
  points: { visit: string; day: number; value: number | null; u: number | null; lower: number | null; upper: number | null; status: string; truth?: number | null }[];
  /** Forecast fan: median and quantile bands over days; null where the twin says nothing of this measurand. */
  forecast: { day: number[]; median: number[]; lower95: number[]; upper95: number[]; lower50: number[]; upper50: number[] } | null;
}

/** `nifti` is base64 of a gzipped NIfTI-1 file. `still` is a PNG as base64, three slices through the tumour side by side. */
export interface ImageVisit {
  visit: string;
  layers: ImageLayer[];
  still: string | null;
  stillAlt: string;
}
export interface ImageLayer {
  kind: "anatomy" | "map" | "uncertainty" | "mask" | "truth";
  name: string;
  /** Shown after a value under the cursor, e.g. "10⁻⁶ mm²/s". */
  shownUnit: string;
  range: [number, number];
  /** "diverging" is for changes: its range is centred on "no change", 0 is a value there and only NaN is missing. In all other maps 0 is missing. */
  colormap: "gray" | "viridis" | "cividis" | "red" | "magma" | "diverging";
  nifti: string;
  /** Of an uncertainty: the name of the map it belongs to. Without it: the n-th uncertainty belongs to the n-th map. */
  of?: string;
  /** Of a mask: it is drawn as the tumour's outline unless this is false. */
  outline?: boolean;
}

/** A row of the table of measurements. `shown` strings are ready to print: value ± U, unit, k said in the table's head. */
export interface MeasurementRow {
  id: string; visit: string; region: string; measurand: string; title: string;
  shown: string; shownInterval: string; shownUnit: string; grade: string | null; verdict: string | null; status: string; truth: string | null;
  budget: BudgetPart[];
  /** The changes that end here: since the nearest visit with a value first, then since the first visit. */
  changes?: RowChange[];
  acquisition: { attribute: string; value: string | null; state: "present" | "derived" | "absent" | "assumed" | "contradicted" }[];
  method: string; constants: { name: string; value: string; source: string }[];
  inputs: { name: string; sha256: string }[];
}

export interface BudgetPart { source: string; share: number; u: number; kind: "A" | "B"; group: string | null; }

/** A change between two visits, ready to print. `u` and those of the budget are standard uncertainties of the log ratio in percent. */
export interface RowChange {
  from: string; to: string; shown: string; shownInterval: string; verdict: string; grade: string;
  pIncrease: number; pTrueChange: number | null; pWrongDirection: number;
  /** With its unit; null where none was given. */
  minimalImportantChange: string | null;
  u: number; limitingTerm: string; budget: BudgetPart[];
}

/** The chain from a visit over its scanner state and phantom sessions to reference values. Days as those of visits; sessions may lie outside them. */
export interface Calibration {
  /** In a segment scans follow each other in one state; a state that is unknown never joins two. */
  scanners: { name: string; segments: { state: string | null; from: number; to: number }[] }[];
  states: CalibrationState[];
  /** Relative standard uncertainty of the reference values; null where no state has a calibration. */
  reference: { u: number; shown: string } | null;
}
export interface CalibrationState {
  state: string | null; scanner: string; status: "calibrated" | "broken" | "not needed" | "unknown"; words: string;
  visits: string[];
  sessions: { id: string; time: string; day: number; used: boolean }[];
  /** reading = gain × true value; the interval (95 %) is without the reference's u. */
  gain: { value: number; u: number; lower: number; upper: number; shown: string; shownInterval: string; referenceU: number; readings: number } | null;
}

export interface ComparabilityCell {
  from: string; to: string; measurand: string; grade: "A" | "B" | "C" | "D" | "X";
  summary: string;
  differences: { attribute: string; from: string | null; to: string | null; effect: string; share: number }[];
  lift: string | null;
}

export interface RanoRow { visit: string; day: number; diametersMm: [number, number] | null; productMm2: number | null; category: string; basis: string; ours: string; }

export interface TwinSection {
  summary: string;
  parameters: {
    name: string; title: string; shownUnit: string; shown: string;
    prior: { median: number; lower90: number; upper90: number; source: string };
    posterior: { mean: number; sd: number; lower90: number; upper90: number };
    identifiable: boolean; words: string; truth: number | null;
  }[];
  correlations: { a: string; b: string; value: number }[];
  /** `lower` and `upper`: 95 % interval that the forecast gave to `cellsErrorPercent`, in percent; for held-out visits. */
  fit: { visit: string; role: "fit" | "held-out"; dice: number | null; ccc: number | null; cellsErrorPercent: number | null; lower?: number; upper?: number }[];
  /** A row whose name holds "twin" is drawn as ours; without one, the held-out fit of that visit is. */
  baselines: { visit: string; measured: number; rows: { name: string; value: number; errorPercent: number }[] }[];
  advice: string[];
}

export interface OptionsSection {
  reference: string;
  /** Draws of the posterior that probabilities are counted over. */
  draws?: number;
  caveat: string;
  rows: {
    name: string; detail: string; isReference: boolean;
    /** A quantile is null where it lies beyond the forecast: above `beyond.limit`. */
    outcomes: { title: string; shownUnit: string; median: number | null; lower: number | null; upper: number | null; coverage: number; beyond?: { limit: number; draws: number } | null }[];
    pBenefit: number | null; pHarm: number | null; worst5: string; decidedBy: string;
  }[];
}

/* ---- results.json ---- */
export interface Results {
  schema: "etalon-results-1"; etalon: string; subject: string;
  measurements: Measurement[]; changes: Change[]; comparisons: unknown[]; parameters: unknown[]; forecasts: unknown[]; options: unknown[];
  assumptions: Assumption[]; findings: Finding[]; sources: Source[];
}
export interface Measurement {
  id: string; subject: string; visit: string; measurand: string; unit: string; value: number | null; u: number | null; dof: number | null;
  interval: Interval | null; components: { source: string; u: number; group: string | null; kind: "A" | "B" }[];
  region: { id: string; kind: "mask" | "point" | "whole"; name: string; source: string } | null;
  status: string; acquisition: string | null; scanner_state: string | null; method: string; inputs: string[];
}
export interface Change {
  measurand: string; region: string; from: string; to: string; log_ratio?: number; difference?: number; u: number; interval: Interval;
  p_increase: number; p_true_change: number | null; p_wrong_direction: number; minimal_important_change: number | null;
  verdict: "increase" | "decrease" | "equivalent" | "undetermined"; grade: "A" | "B" | "C" | "D" | "X";
  components: { source: string; u: number; group: string | null; kind: "A" | "B" }[]; limiting_term: string;
}
export interface Assumption { id: string; text: string; value: string; source: string; }
export interface Finding { code: string; severity: "info" | "warning" | "error"; about: string; found: string; expected: string; remedy: string; }
export interface Source { id: string; text: string; used_for: string; }
