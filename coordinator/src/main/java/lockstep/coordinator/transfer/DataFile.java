package lockstep.coordinator.transfer;

/**
 * A file of the run's data.
 *
 * @param validation whether it is for validation and not for training
 */
public record DataFile(boolean validation, long bytes) {}
