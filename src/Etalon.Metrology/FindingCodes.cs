namespace Etalon.Metrology;

/// <summary>Every finding code that Etalon can give. Each has a row in docs/findings.md; a test keeps the two together.</summary>
public static class FindingCodes
{
    /// <summary>A file that the case names is not there.</summary>
    public const string ImageMissing = "image-missing";

    /// <summary>A file is there but could not be read as an image.</summary>
    public const string ImageUnreadable = "image-unreadable";

    /// <summary>Two images of one visit lie on different grids where one grid is needed.</summary>
    public const string GridsDiffer = "grids-differ";

    /// <summary>A map whose unit is neither stated nor assumed.</summary>
    public const string UnitNotStated = "unit-not-stated";

    /// <summary>A compressed or plain file ends before its data do.</summary>
    public const string FileTruncated = "file-truncated";

    /// <summary>A field that the layout does not know.</summary>
    public const string FieldUnknown = "field-unknown";

    /// <summary>A field that the layout needs is missing or of the wrong kind.</summary>
    public const string FieldInvalid = "field-invalid";

    /// <summary>A visit stands after one that is later.</summary>
    public const string VisitsOutOfOrder = "visits-out-of-order";

    /// <summary>Two visits have the same instant.</summary>
    public const string VisitsDuplicate = "visits-duplicate";

    /// <summary>A row of an acquisition ledger is wrong.</summary>
    public const string LedgerInvalid = "ledger-invalid";

    /// <summary>No series of a visit shows by its header that it serves the measurand; what else there is of its kind was compared.</summary>
    public const string SeriesGuessed = "series-guessed";

    /// <summary>A mask holds no voxel.</summary>
    public const string MaskEmpty = "mask-empty";

    /// <summary>A mask touches the edge of the image, so its volume is a lower limit.</summary>
    public const string MaskAtEdge = "mask-at-edge";

    /// <summary>A path leads out of the patient's folder.</summary>
    public const string PathOutsideFolder = "path-outside-folder";

    /// <summary>An archive or a compressed file expands beyond the limits.</summary>
    public const string ArchiveTooLarge = "archive-too-large";

    /// <summary>A JSON document is larger, deeper or longer than allowed, or is not JSON.</summary>
    public const string JsonInvalid = "json-invalid";

    /// <summary>An image has more voxels than allowed.</summary>
    public const string ImageTooLarge = "image-too-large";

    /// <summary>The spatial unit of a NIfTI file is not stated; its numbers are read as mm.</summary>
    public const string SpatialUnitNotStated = "spatial-unit-not-stated";

    /// <summary>The header of an image states two different spacings.</summary>
    public const string SpacingContradicted = "spacing-contradicted";

    /// <summary>Times carry no offset from UTC.</summary>
    public const string TimeZoneNotStated = "time-zone-not-stated";

    /// <summary>No acquisition metadata for a visit: scanner and protocol are unknown.</summary>
    public const string AcquisitionMissing = "acquisition-missing";

    /// <summary>A value was assumed because the user or the layout says so.</summary>
    public const string ValueAssumed = "value-assumed";

    /// <summary>A constant is remembered from the literature and was not checked against its source.</summary>
    public const string ConstantUnchecked = "constant-unchecked";

    /// <summary>A drug has no reference amount; its largest dose was taken.</summary>
    public const string ReferenceAmountAssumed = "reference-amount-assumed";

    /// <summary>ADC at or above that of free water inside a tumour region: density is 0 there.</summary>
    public const string AdcAboveFreeWater = "adc-above-free-water";

    /// <summary>A simulation was asked for in a scheme that exists for comparison only.</summary>
    public const string ComparisonScheme = "comparison-scheme";

    /// <summary>Tumour voxels lie outside the brain mask.</summary>
    public const string TumourOutsideDomain = "tumour-outside-domain";

    /// <summary>The scanner state changed between two visits.</summary>
    public const string ScannerStateChanged = "scanner-state-changed";

    /// <summary>A scanner state has no phantom scan: its calibration chain is broken.</summary>
    public const string CalibrationMissing = "calibration-missing";

    /// <summary>Phantom readings of a state do not fit one gain.</summary>
    public const string CalibrationInconsistent = "calibration-inconsistent";

    /// <summary>No test-retest scans: repeatability is taken from the literature.</summary>
    public const string RepeatabilityAssumed = "repeatability-assumed";

    /// <summary>elastix is not installed or failed; images were brought together by their headers alone.</summary>
    public const string RegistrationMissing = "registration-missing";

    /// <summary>A registration made the agreement of two images worse, and was not used.</summary>
    public const string RegistrationWorse = "registration-worse";

    /// <summary>A parameter of the twin cannot be told from the data.</summary>
    public const string ParameterNotIdentifiable = "parameter-not-identifiable";

    /// <summary>The fit of the twin stopped before it converged.</summary>
    public const string FitNotConverged = "fit-not-converged";

    /// <summary>The visits fit two different tumours nearly as well.</summary>
    public const string SeveralMinima = "several-minima";

    /// <summary>A fit that held the ADC scales fixed would have one of them otherwise.</summary>
    public const string VisitScaleSuspect = "visit-scale-suspect";

    /// <summary>The posterior's own draws do not agree with the misfit of the model.</summary>
    public const string PosteriorApproximate = "posterior-approximate";

    /// <summary>A file of priors, starts or posteriors of the twin cannot be used.</summary>
    public const string TwinPriorUnusable = "twin-prior-unusable";

    /// <summary>The twin was not built, with the reason.</summary>
    public const string TwinRefused = "twin-refused";

    /// <summary>Treatment options were not compared, with the reason.</summary>
    public const string OptionsRefused = "options-refused";

    /// <summary>A visit that the fit was asked to use has no density on the twin's grid.</summary>
    public const string VisitNotFitted = "visit-not-fitted";

    /// <summary>No change can be given, with the reason.</summary>
    public const string ChangeRefused = "change-refused";

    /// <summary>The server wants credentials, or other ones, or more rights.</summary>
    public const string ServerCredentialsRefused = "server-credentials-refused";

    /// <summary>The server cannot be reached: unknown name, nothing answers, too slow, or the connection broke.</summary>
    public const string ServerUnreachable = "server-unreachable";

    /// <summary>No protected connection to the server: its certificate is not trusted, or it speaks no TLS.</summary>
    public const string ServerNotTrusted = "server-not-trusted";

    /// <summary>The server points to another address; it was not followed.</summary>
    public const string ServerRedirects = "server-redirects";

    /// <summary>What answers at the address is not a DICOMweb server.</summary>
    public const string ServerNotDicomWeb = "server-not-dicomweb";

    /// <summary>The server failed, or refused a request.</summary>
    public const string ServerFailed = "server-failed";

    /// <summary>An answer of the server breaks its format or a limit, or holds another object than was asked for.</summary>
    public const string ServerAnswerInvalid = "server-answer-invalid";

    /// <summary>The server's lists contradict themselves or the question.</summary>
    public const string ServerListDoubtful = "server-list-doubtful";

    /// <summary>The server has nothing that was asked for.</summary>
    public const string NothingFoundOnServer = "nothing-found-on-server";

    /// <summary>An object could not be sent, or the server did not keep it.</summary>
    public const string ObjectNotStored = "object-not-stored";

    /// <summary>The server keeps an object's pixels as sent and changed other attributes.</summary>
    public const string ObjectChangedByServer = "object-changed-by-server";

    /// <summary>A file of an earlier pull was gone or changed, and was fetched again.</summary>
    public const string PulledFileDamaged = "pulled-file-damaged";

    /// <summary>A folder could not be written.</summary>
    public const string OutputNotWritable = "output-not-writable";

    /// <summary>A DICOM object could not be read.</summary>
    public const string DicomUnreadable = "dicom-unreadable";

    /// <summary>Slices of a series are missing, doubled or unevenly spaced.</summary>
    public const string SlicesMissing = "slices-missing";

    /// <summary>A series could not be made a volume.</summary>
    public const string SeriesNotAVolume = "series-not-a-volume";

    /// <summary>A SUV cannot be computed from this header.</summary>
    public const string SuvNotPossible = "suv-not-possible";

    /// <summary>A study states no date: it has no place in time among others.</summary>
    public const string VisitUndated = "visit-undated";

    /// <summary>A region has no sphere of 1 mL to take the peak of its SUV in.</summary>
    public const string SuvPeakNotPossible = "suv-peak-not-possible";

    /// <summary>A vendor's own ADC map states no unit; it was compared through our own map, never measured by itself.</summary>
    public const string VendorMapWithoutUnit = "vendor-map-without-unit";

    /// <summary>A scanner's own ADC map was held against ours; says how far they agree, and why they differ.</summary>
    public const string VendorMapCompared = "vendor-map-compared";

    /// <summary>A visit has several series of one kind; the others were not measured.</summary>
    public const string SeriesNotMeasured = "series-not-measured";

    /// <summary>Diffusion volumes of different b-values hold the same voxels: the export repeated one volume.</summary>
    public const string DiffusionFramesIdentical = "diffusion-frames-identical";

    /// <summary>An image says that it was acquired on another day than the visit it is filed under.</summary>
    public const string AcquisitionDateDiffers = "acquisition-date-differs";

    /// <summary>Contours that are points, open, damaged or not parallel to the slices, and bound no volume.</summary>
    public const string ContoursSkipped = "contours-skipped";

    /// <summary>Objects of two patients stand in one folder.</summary>
    public const string PatientIdentifiersDisagree = "patient-identifiers-disagree";

    /// <summary>Contours name another image or frame of reference than the one at hand.</summary>
    public const string FrameOfReferenceDiffers = "frame-of-reference-differs";

    /// <summary>The noise of images, or of a given map, cannot be told.</summary>
    public const string NoiseUnknown = "noise-unknown";

    /// <summary>A region's ADC lies where no tissue and no fluid can: its unit or its b-values are wrong.</summary>
    public const string AdcImplausible = "adc-implausible";

    /// <summary>On held-out visits the twin scored no better than a baseline.</summary>
    public const string ForecastNotBetter = "forecast-not-better";

    /// <summary>Held-out visits were measured outside the forecast's interval.</summary>
    public const string ForecastOutsideInterval = "forecast-outside-interval";

    /// <summary>The patient's own hindcasts miss by more than the doubt of parameters, measurement and model.</summary>
    public const string ForecastOutsideModel = "forecast-outside-model";

    /// <summary>A mask holds more than inside and outside: several labels, fractions, or frames.</summary>
    public const string MaskAmbiguous = "mask-ambiguous";

    /// <summary>Voxels with too little signal for a value.</summary>
    public const string SignalTooLow = "signal-too-low";

    /// <summary>Two slices of a series lie at one place, and nothing tells them apart.</summary>
    public const string SlicesDuplicate = "slices-duplicate";

    /// <summary>Volumes with a diffusion gradient say neither its direction nor that they are a trace.</summary>
    public const string DiffusionDirectionMissing = "diffusion-direction-missing";

    /// <summary>Slices of a series lie in stacks of their own, because frame of reference, matrix or pixel spacing differ.</summary>
    public const string SlicesApart = "slices-apart";

    /// <summary>Slices of a series are unevenly spaced.</summary>
    public const string SlicesUneven = "slices-uneven";

    /// <summary>Slices are not stacked along their normal.</summary>
    public const string GantryTilt = "gantry-tilt";

    /// <summary>A series holds slices of several orientations.</summary>
    public const string OrientationsMixed = "orientations-mixed";

    /// <summary>Slices of a volume have different slopes or intercepts.</summary>
    public const string SlopesDiffer = "slopes-differ";

    /// <summary>Stored values become real ones through a look-up table, which is not applied.</summary>
    public const string ValueTableNotApplied = "value-table-not-applied";

    /// <summary>One object stands in the input more than once.</summary>
    public const string ObjectRepeated = "object-repeated";

    /// <summary>Results of an earlier run stand beside the images.</summary>
    public const string OwnResultsSkipped = "own-results-skipped";

    /// <summary>Two objects of one identifier hold different things.</summary>
    public const string ObjectContradicted = "object-contradicted";

    /// <summary>Pixel cells hold bits above HighBit, which are no part of the value.</summary>
    public const string BitsAboveHighBit = "bits-above-high-bit";

    /// <summary>Volumes of one series that should differ hold the same voxels.</summary>
    public const string VolumesIdentical = "volumes-identical";

    /// <summary>A header states an attribute twice with different values.</summary>
    public const string AttributeContradicted = "attribute-contradicted";

    /// <summary>A header states a value that cannot be: a repetition time of zero, a field of no scanner.</summary>
    public const string AttributeImplausible = "attribute-implausible";

    /// <summary>A date of an object is none.</summary>
    public const string DateInvalid = "date-invalid";

    /// <summary>An identifier of a patient or an object is none.</summary>
    public const string IdentifierInvalid = "identifier-invalid";

    /// <summary>A field strength is stated in gauss.</summary>
    public const string FieldStrengthInGauss = "field-strength-in-gauss";

    /// <summary>A mosaic does not state the normal or the distance of its slices, and they were assumed.</summary>
    public const string MosaicAssumed = "mosaic-assumed";

    /// <summary>A header states two sets of times for the slices of one volume, or times that do not fit its repetition time.</summary>
    public const string SliceTimingContradicted = "slice-timing-contradicted";

    /// <summary>De-identification: pixels may show a name.</summary>
    public const string PixelsMayIdentify = "pixels-may-identify";

    /// <summary>De-identification: a face can be rendered from the voxels.</summary>
    public const string FaceMayIdentify = "face-may-identify";

    /// <summary>De-identification: an object of a kind that is not de-identified.</summary>
    public const string ObjectNotDeidentified = "object-not-deidentified";

    /// <summary>De-identification: an identifier of the source was found in the object about to be written.</summary>
    public const string IdentifierSurvives = "identifier-survives";

    /// <summary>De-identification: words of a report or annotations were taken out.</summary>
    public const string ContentRemoved = "content-removed";

    /// <summary>De-identification: what an uptake value needs of the patient was taken out.</summary>
    public const string CharacteristicsRemoved = "characteristics-removed";

    /// <summary>De-identification: a date that is none could not be moved and was taken out.</summary>
    public const string DateRemoved = "date-removed";

    /// <summary>An object names no patient.</summary>
    public const string PatientNotStated = "patient-not-stated";

    /// <summary>Identifiers of several inputs are one person's by the user's word.</summary>
    public const string SamePatientAsserted = "same-patient-asserted";

    /// <summary>An outline was carried to another image of its visit by registration, because they lie in different frames of reference.</summary>
    public const string RegisteredWithinVisit = "registered-within-visit";

    /// <summary>A result could not be written as a DICOM object.</summary>
    public const string DicomNotWritten = "dicom-not-written";

    /// <summary>Objects of a pseudonym refer to objects of the input by their own UIDs.</summary>
    public const string ReferencesKept = "references-kept";

    // Relaxometry: T1 and T2 maps.

    /// <summary>No volumes of the visit make a measurement of T1 or T2 together.</summary>
    public const string RelaxationSeriesNotFound = "relaxation-series-not-found";

    /// <summary>Several sets of volumes could be the measurement of T1 or T2.</summary>
    public const string RelaxationSeriesAmbiguous = "relaxation-series-ambiguous";

    /// <summary>T1 from flip angles was made without a map of the transmitted field.</summary>
    public const string B1NotCorrected = "b1-not-corrected";

    /// <summary>A map of the transmitted field cannot be used.</summary>
    public const string B1MapUnusable = "b1-map-unusable";
    // Dynamic susceptibility contrast.

    /// <summary>Blood volume cannot be measured from this input: no dynamic series, no timing, no bolus or no reference tissue.</summary>
    public const string DscNotPossible = "dsc-not-possible";

    /// <summary>An artery was drawn, and its curve cannot be used: blood flow was not measured.</summary>
    public const string DscArteryUnusable = "dsc-artery-unusable";
    // Diffusion maps.

    /// <summary>Several diffusion series could have served; one was taken.</summary>
    public const string DiffusionSeriesChosen = "diffusion-series-chosen";

    /// <summary>A diffusion map was asked for and there is no diffusion series.</summary>
    public const string DiffusionSeriesMissing = "diffusion-series-missing";

    /// <summary>Voxels of a region have no value in a map, for reasons that its map of statuses tells.</summary>
    public const string VoxelsWithoutValue = "voxels-without-value";

    // Tables.

    /// <summary>A file is no table of comma-separated values, or a row has another number of cells.</summary>
    public const string TableInvalid = "table-invalid";

    /// <summary>A table lacks a column.</summary>
    public const string ColumnMissing = "column-missing";

    /// <summary>A cell of a table does not hold what its column says.</summary>
    public const string CellInvalid = "cell-invalid";

    /// <summary>Tables that are used together hold values of different units.</summary>
    public const string UnitsDisagree = "units-disagree";

    /// <summary>A patient of a study has visits between the first and the last.</summary>
    public const string VisitsBetweenNotUsed = "visits-between-not-used";

    // Harmonisation of cohorts.

    /// <summary>A batch that a harmonisation was not estimated from.</summary>
    public const string BatchUnseen = "batch-unseen";

    /// <summary>A covariate goes with the batches, so that its effect cannot be told from theirs.</summary>
    public const string DesignConfounded = "design-confounded";

    /// <summary>A cohort cannot be harmonised, with the reason.</summary>
    public const string HarmonisationRefused = "harmonisation-refused";

    // Fitness for purpose.

    /// <summary>A purpose that was named is not built in, or its file cannot be read.</summary>
    public const string PurposeUnusable = "purpose-unusable";

    /// <summary>What a study gives for a measurand is not fit for the stated purpose.</summary>
    public const string UnfitForPurpose = "unfit-for-purpose";

    // Calibration of scanner states.

    /// <summary>A drift chart signals: the scale of a scanner state changed while its software did not.</summary>
    public const string CalibrationDrift = "calibration-drift";

    /// <summary>No scanner state has two phantom sessions, so that how sessions differ was taken from the literature.</summary>
    public const string CalibrationSessionsSingle = "calibration-sessions-single";

    /// <summary>A scanner state was read at one reference value only, so that its offset is not known.</summary>
    public const string CalibrationOneLevel = "calibration-one-level";

    /// <summary>A reference value was computed outside the range that its law is published for.</summary>
    public const string ReferenceOutsideRange = "reference-outside-range";

    /// <summary>A calibration record is not what was written, or its signature does not hold.</summary>
    public const string CalibrationNotGenuine = "calibration-not-genuine";

    /// <summary>A region lies outside the image it is to be measured on.</summary>
    public const string MaskOutsideImage = "mask-outside-image";

    /// <summary>A mask holds every voxel of its image.</summary>
    public const string MaskOneClass = "mask-one-class";

    /// <summary>The axes of a grid are not at right angles where they have to be.</summary>
    public const string GridNotRectangular = "grid-not-rectangular";

    /// <summary>Settings of features are made for another unit than the image has.</summary>
    public const string SettingsUnitDiffers = "settings-unit-differs";

    /// <summary>Voxels that are no finite number.</summary>
    public const string VoxelsNotFinite = "voxels-not-finite";

    /// <summary>A region has too few voxels for features.</summary>
    public const string RegionTooSmall = "region-too-small";

    /// <summary>All voxels of a region have one intensity.</summary>
    public const string RegionOneIntensity = "region-one-intensity";

    /// <summary>Intensities cannot be put into grey levels as the settings ask.</summary>
    public const string GreyLevelsUnusable = "grey-levels-unusable";

    /// <summary>A settings file of features cannot be used.</summary>
    public const string FeatureSettingsInvalid = "feature-settings-invalid";

    /// <summary>Test-retest pairs are too few to tell repeatability well, or none was found where one was asked for.</summary>
    public const string RetestPairsFew = "retest-pairs-few";
    // Habitats and biopsies.

    /// <summary>Habitats cannot be found, with the reason.</summary>
    public const string HabitatsRefused = "habitats-refused";

    /// <summary>The evidence speaks for one habitat only.</summary>
    public const string HabitatSingle = "habitat-single";

    /// <summary>The labels of a repeated scan would agree little with these.</summary>
    public const string HabitatsUnstable = "habitats-unstable";

    /// <summary>How a map repeats between visits is not known, so that changes of habitats lack this part.</summary>
    public const string HabitatRepeatabilityUnknown = "habitat-repeatability-unknown";

    /// <summary>A map states no uncertainty of its voxels; it was estimated from neighbours.</summary>
    public const string VoxelNoiseEstimated = "voxel-noise-estimated";

    /// <summary>A map states no uncertainty of its voxels, and it could not be estimated.</summary>
    public const string VoxelNoiseUnknown = "voxel-noise-unknown";

    /// <summary>Biopsies cannot be used together, with the reason.</summary>
    public const string BiopsiesRefused = "biopsies-refused";

    /// <summary>A biopsy's place or its cloud lies outside the image.</summary>
    public const string BiopsyOutside = "biopsy-outside";

    /// <summary>A pathology value takes one value only.</summary>
    public const string BiopsyOneClass = "biopsy-one-class";

    /// <summary>A slope's interval holds nought, or leaving one patient out turns it.</summary>
    public const string BiopsySlopeUnstable = "biopsy-slope-unstable";

    /// <summary>Much of a map lies outside what the biopsies saw.</summary>
    public const string PredictionOutsideSupport = "prediction-outside-support";
}
