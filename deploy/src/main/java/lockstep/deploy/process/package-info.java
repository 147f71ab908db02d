/**
 * Further JVMs of the same build on this machine. They end when this one does, however it does: each waits for the end of its standard input.
 *
 * <p>
 * May import {@code lockstep.common}.
 */
package lockstep.deploy.process;
