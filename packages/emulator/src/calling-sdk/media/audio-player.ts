// Plays the sound of the other participants.

/** Plays tracks in `<audio>` elements that are not in the page. */
export class AudioPlayer {
  readonly #elements = new Map<MediaStreamTrack, HTMLAudioElement>();
  readonly #gesture = new AbortController();
  #muted = false;
  #sinkId = "";

  constructor() {
    // Browsers refuse sound before the user has clicked or typed anything in the page. Then try again.
    const retry = () => {
      for (const element of this.#elements.values()) if (element.paused) this.#play(element);
    };
    const { signal } = this.#gesture;
    for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, retry, { signal, capture: true });
  }

  add(track: MediaStreamTrack): void {
    const element = new Audio();
    element.srcObject = new MediaStream([track]);
    element.muted = this.#muted;
    this.#elements.set(track, element);
    this.#setSink(element);
    this.#play(element);
  }

  #play(element: HTMLAudioElement): void {
    // AbortError: removed before it started. NotAllowedError: the next gesture tries again.
    element.play().catch(() => {});
  }

  #setSink(element: HTMLAudioElement): void {
    if (this.#sinkId !== "" && "setSinkId" in element) element.setSinkId(this.#sinkId).catch(() => {});
  }

  remove(track: MediaStreamTrack): void {
    const element = this.#elements.get(track);
    if (element === undefined) return;
    element.pause();
    element.srcObject = null;
    this.#elements.delete(track);
  }

  set muted(muted: boolean) {
    this.#muted = muted;
    for (const element of this.#elements.values()) element.muted = muted;
  }

  /** @param id the browser's ID of a speaker */
  set speaker(id: string) {
    this.#sinkId = id;
    for (const element of this.#elements.values()) this.#setSink(element);
  }

  dispose(): void {
    this.#gesture.abort();
    for (const track of [...this.#elements.keys()]) this.remove(track);
  }
}
