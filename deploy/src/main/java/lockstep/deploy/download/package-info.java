/**
 * Fetches a file whose size and checksum are known: resumes, keeps to deadlines, and publishes the file whole or not at all. May import
 * {@code lockstep.common} and
 * the JDK's HTTP client.
 */
package lockstep.deploy.download;
