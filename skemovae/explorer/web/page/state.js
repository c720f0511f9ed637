/**
 * What the page knows, as one object that is never modified: an action makes a new one, and the views are notified.
 *
 * @typedef {[number, number]} Point valence and arousal
 *
 * @typedef {object} MelodyWish What is asked of the writer: a melody from a point, or one of an emotion.
 * @property {Point | null} at
 * @property {number | null} emotion index of the class, where `at` is null
 * @property {number} seed
 * @property {number} temperature
 *
 * @typedef {object} TuneWish Where the user's tune is to go; nowhere if both are null.
 * @property {Point | null} at
 * @property {number | null} emotion
 * @property {number} amount share of the way
 * @property {boolean} sample whether the tune is the page's sample and not a file
 * @property {string | null} file the name of the tune that the wish is for; null for any tune
 *
 * @typedef {{ time: number, at: Point }} Station a point on the path of a piece, and its time from 0 to 1
 *
 * @typedef {object} PieceWish
 * @property {Station[]} path ascending in time
 * @property {string} form
 * @property {number | null} phrases null takes the form as it is
 * @property {number} seed
 * @property {number} temperature
 *
 * @typedef {"explore" | "tune" | "piece"} Mode
 * @typedef {{ mode: Mode, explore: MelodyWish, tune: TuneWish, piece: PieceWish }} Work
 *
 * @typedef {import("../music/score.js").Score} Score
 *
 * @typedef {object} Music What the worker has made.
 * @property {object} wish from which it was made
 * @property {Score} score
 * @property {number} track index of the melody in it
 * @property {string} key such as "C major"; empty if unknown
 * @property {Point[]} places where the model sees its phrases
 * @property {Point} middle where the whole lies
 * @property {number} classOfAll index of the class of the whole; -1 if none applies
 * @property {string[]} messages sentences about what was done
 * @property {number | null} end in time steps, if it does not end with its last note
 * @property {boolean} [unfinished] whether more of it is being written
 * @property {string[]} [form] the theme of each phrase of a piece
 *
 * @typedef {Music & { name: string, sample?: boolean }} OwnTune
 *
 * @typedef {object} Listening
 * @property {boolean} playing
 * @property {boolean} looping
 * @property {number | null} tempo quarter notes per minute; null as it is written
 * @property {number} volume 0 to 1
 * @property {string} timbre
 * @property {boolean} original whether the user's tune is heard unchanged
 * @property {number} begun incremented to start playing anew
 *
 * @typedef {object} State
 * @property {Work} work
 * @property {{ past: Work[], present: Work, future: Work[] }} history
 * @property {{ explore: Music | null, tune: Music | null, piece: Music | null }} music
 * @property {OwnTune | null} own
 * @property {Listening} listen
 * @property {"notation" | "roll"} look
 * @property {boolean} showsPoints whether the training points are shown
 * @property {number | null} chosen the station of the path that the keys move
 * @property {number} nextSeed the seed of the next melody that a button asks for
 * @property {boolean} ready whether the networks can be asked
 * @property {boolean} held whether the user is dragging something
 * @property {Mode | null} waiting the mode whose computation takes long enough to mention it
 * @property {string} problem a sentence; empty if there is none
 * @property {string} notice a sentence that is shown for a few seconds
 * @property {Favorite[]} favorites
 *
 * @typedef {{ title: string, work: Work, tempo: number | null, timbre: string | null }} Favorite
 */

/**
 * Holds the state and notifies subscribers of changes.
 */
export class Store {
  /** @param {State} state */
  constructor(state) {
    this.state = state;
    /** @type {{ tell: (state: State, before: State | null) => void, seen: State | null }[]} */
    this.subscribers = [];
  }

  /**
   * Call a function with every change from now on, and once with the current state.
   *
   * @param {(state: State, before: State | null) => void} tell
   */
  subscribe(tell) {
    this.subscribers.push({ tell, seen: null });
    this.tellAll();
  }

  /**
   * Apply an action: a function that makes the next state from the current one.
   *
   * @template {unknown[]} T
   * @param {(state: State, ...values: T) => State} action
   * @param {T} values
   */
  act(action, ...values) {
    this.state = action(this.state, ...values);
    this.tellAll();
  }

  /** Notify every subscriber of what it has not seen. If one of them acts, the others see only the newest state. */
  tellAll() {
    for (const subscriber of this.subscribers) {
      const { seen } = subscriber;
      if (seen === this.state) continue;
      subscriber.seen = this.state;
      subscriber.tell(this.state, seen);
    }
  }
}
