/**
 * Where the music is at each time of the audio clock.
 */

/** @typedef {{ time: number, step: number }} Moment Seconds of the audio clock, and the step that is heard then. */

export class Timeline {
  /**
   * @param {Moment} start
   * @param {number} secondsAStep
   */
  constructor(start, secondsAStep) {
    this.secondsAStep = secondsAStep;
    this.moments = [start]; // each is valid until the next: the passes of a loop
  }

  /** @returns {Moment} The beginning of the latest pass. */
  get last() {
    return this.moments[this.moments.length - 1];
  }

  /**
   * @param {number} time
   * @returns {Moment} The moment that applies at a time; the beginning, if that is still to come.
   */
  at(time) {
    const moment = this.moments.findLast((one) => one.time <= time);
    if (!moment) return this.moments[0];
    return { time, step: moment.step + (time - moment.time) / this.secondsAStep };
  }

  /**
   * @param {number} step
   * @returns {number} When the step is heard in the latest pass.
   */
  timeOf(step) {
    return this.last.time + (step - this.last.step) * this.secondsAStep;
  }

  /**
   * @param {number} time
   * @returns {number} The step that is reached in the latest pass.
   */
  stepOf(time) {
    return this.last.step + (time - this.last.time) / this.secondsAStep;
  }

  /**
   * Begin at step 0 again when a step is reached.
   *
   * @param {number} end
   */
  turn(end) {
    this.moments = [...this.moments.slice(-2), { time: this.timeOf(end), step: 0 }];
  }

  /**
   * @param {number} seconds By which everything is delayed.
   */
  delay(seconds) {
    this.moments = this.moments.map(({ time, step }) => ({ time: time + seconds, step }));
  }
}
