/**
 * A run as TensorBoard's event files: {@link lockstep.deploy.tensorboard.TensorBoardLog} is told what the loop does and says what is worth a point, {@link lockstep.deploy.tensorboard.Events} puts it into
 * TensorFlow's messages, {@link lockstep.deploy.tensorboard.EventFile} frames these as records.
 *
 * <p>
 * The files are a view: nothing reads them back, and a run whose files can't be written goes on without. The one package that imports protobuf's library. May import {@code lockstep.common}, and of {@code lockstep.node} the
 * listener and its reports.
 */
package lockstep.deploy.tensorboard;
