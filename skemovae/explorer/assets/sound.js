// Sound: the browser's own synthesiser. Steps are scheduled a moment ahead, so that the melody can change while it plays.

const HARMONICS = [1, 0.5, 0.25, 0.15, 0.08, 0.04]; // as skemovae.synthesize, a mild tone between flute and organ
const ATTACK = 0.012; // seconds
const SUSTAIN = 0.6; // share of the attack's level
const DECAY = 0.12; // seconds to a third of the way to the sustain
const RELEASE = 0.035; // seconds to a third
const AHEAD = 0.15; // seconds that are scheduled ahead
const EVERY = 25; // milliseconds between two looks

class Player {
  // onStep(step) is called when a step sounds, onEnd() when the melody is over or stopped.
  constructor(secondsAStep, onEnd) {
    this.secondsAStep = secondsAStep;
    this.onEnd = onEnd;
    this.loop = false;
    this.tokens = null; // of what plays, else null
    this.context = null;
  }

  get playing() {
    return this.tokens !== null;
  }

  // Play tokens from the beginning. Browsers allow it in answer to a click or a key.
  async play(tokens) {
    this.silence();
    this.tokens = tokens;
    if (!this.context) this.build();
    const context = this.context;
    const mine = (this.turn = (this.turn || 0) + 1);
    if (context.state !== "running") await context.resume();
    if (!this.playing || mine !== this.turn) return; // stopped, or begun again, while the device woke up
    this.step = 0; // the next to schedule
    this.started = this.next = context.currentTime + 0.06;
    this.timer = setInterval(() => this.schedule(), EVERY);
    this.schedule();
  }

  // Go on with other tokens of the same length from the step that is reached.
  change(tokens) {
    if (this.playing) this.tokens = tokens;
  }

  stop() {
    const wasPlaying = this.playing;
    this.silence();
    if (wasPlaying) this.onEnd();
  }

  // Return how many steps have sounded, as a fraction, or null when nothing plays.
  position() {
    if (!this.playing || this.started === undefined) return null;
    const latency = this.context.outputLatency || 0;
    const steps = (this.context.currentTime - latency - this.started) / this.secondsAStep;
    if (steps < 0) return 0;
    return this.loop ? steps % this.tokens.length : Math.min(steps, this.tokens.length);
  }

  silence() {
    clearInterval(this.timer);
    if (this.context) this.release(this.context.currentTime, true);
    this.tokens = null;
    this.started = undefined;
  }

  schedule() {
    const now = this.context.currentTime;
    if (this.next < now - 0.1) {
      this.started += now - this.next; // the page slept; go on where it was instead of hurrying after
      this.next = now;
    }
    while (this.playing && this.next < now + AHEAD) {
      if (this.step === this.tokens.length) {
        if (!this.loop) {
          this.release(this.next);
          if (now >= this.next) this.stop();
          return;
        }
        this.step = 0;
      }
      const token = this.tokens[this.step];
      if (token !== HOLD) this.release(this.next);
      if (token < REST) this.begin(token, this.next);
      this.step += 1;
      this.next += this.secondsAStep;
    }
  }

  begin(pitch, time) {
    const oscillator = this.context.createOscillator();
    const gain = this.context.createGain();
    oscillator.setPeriodicWave(this.wave);
    oscillator.frequency.value = 440 * 2 ** ((pitch - 69) / 12);
    gain.gain.setValueAtTime(0, time);
    gain.gain.linearRampToValueAtTime(1, time + ATTACK);
    gain.gain.setTargetAtTime(SUSTAIN, time + ATTACK, DECAY);
    oscillator.connect(gain).connect(this.output);
    oscillator.start(time);
    this.note = { oscillator, gain, time };
  }

  // End the note that sounds at a time; at once also one that is scheduled and has not begun.
  release(time, atOnce = false) {
    if (!this.note) return;
    const { oscillator, gain } = this.note;
    if (atOnce) gain.gain.cancelScheduledValues(time);
    gain.gain.setTargetAtTime(0, time, RELEASE);
    oscillator.stop(Math.max(time, this.note.time) + 8 * RELEASE);
    this.note = null;
  }

  build() {
    this.context = new AudioContext({ latencyHint: "interactive" });
    const context = this.context;
    const imaginary = Float32Array.from([0, ...HARMONICS]);
    this.wave = context.createPeriodicWave(new Float32Array(imaginary.length), imaginary);
    this.output = context.createGain();
    this.output.gain.value = 0.3;
    const room = context.createConvolver();
    room.buffer = this.roomResponse();
    const wet = context.createGain();
    wet.gain.value = 0.35;
    const limiter = context.createDynamicsCompressor();
    this.output.connect(limiter);
    this.output.connect(room).connect(wet).connect(limiter);
    limiter.connect(context.destination);
  }

  // Return the echo of a small room: noise that fades, different on the left and on the right.
  roomResponse() {
    const rate = this.context.sampleRate;
    const buffer = this.context.createBuffer(2, Math.round(1.1 * rate), rate);
    let state = 1;
    for (let channel = 0; channel < 2; channel += 1) {
      const samples = buffer.getChannelData(channel);
      let smooth = 0;
      for (let i = 0; i < samples.length; i += 1) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator
        smooth += 0.35 * (state / 2 ** 31 - 1 - smooth); // walls swallow the high tones
        samples[i] = smooth * Math.exp((-5 * i) / samples.length) * Math.min(1, i / (0.008 * rate));
      }
    }
    return buffer;
  }
}
