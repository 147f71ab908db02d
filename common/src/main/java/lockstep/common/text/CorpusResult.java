package lockstep.common.text;

/** What a preparation has written. */
public record CorpusResult(CorpusSplit train, CorpusSplit validation, SkippedFiles skipped) {}
