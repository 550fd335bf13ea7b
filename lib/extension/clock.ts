let offset = 0

/**
 * The server's clock, epoch ms. A laptop whose clock is wrong would otherwise offer times that have passed; until the
 * server has said what time it is, this browser's clock is all we have.
 */
export function now(): number {
  return Date.now() + offset
}

/** How far this browser's clock is behind the server's, ms; kept between runs by the caller. */
export function clockSkew(): number {
  return offset
}

/** What an earlier run has learned, until the server is heard. */
export function setClockSkew(ms: number): void {
  offset = ms
}

/** Takes over what the server says, an RFC 3339 instant that has just arrived. */
export function setServerTime(instant: string): void {
  const server = Date.parse(instant)
  if (Number.isFinite(server)) offset = server - Date.now()
}
