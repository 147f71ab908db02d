/**
 * Fetches a file whose size is known or announced, and its checksum where anybody says it: resumes, keeps to deadlines, and publishes the file whole or not at all. May import
 * {@code lockstep.common} and
 * the JDK's HTTP client.
 */
package lockstep.deploy.download;
