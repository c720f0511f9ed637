/**
 * What the page knows, as one object that is never changed: an action makes a new one, and the views are told.
 *
 * @typedef {[number, number]} Point valence and arousal
 *
 * @typedef {object} MelodyWish What is asked of the writer: a melody of a place, or one of an emotion.
 * @property {Point | null} at
 * @property {number | null} emotion index of the class, where `at` is null
 * @property {number} seed
 * @property {number} temperature
 *
 * @typedef {object} TuneWish Where the own tune shall go; nowhere if both are null.
 * @property {Point | null} at
 * @property {number | null} emotion
 * @property {number} amount share of the way
 * @property {boolean} sample whether the tune is the page's own and no file
 * @property {string | null} file the name of the tune that it is for; null if that is any
 *
 * @typedef {{ time: number, at: Point }} Station a place on the way of a piece, and when: from 0 to 1
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
 * @property {object} wish of which it was made
 * @property {Score} score
 * @property {number} track index of the melody in it
 * @property {string} key such as "C major"; empty if unknown
 * @property {Point[]} places where the model puts its phrases
 * @property {Point} middle the place of the whole
 * @property {number} classOfAll index of the class of the whole; -1 if it has none, or none that is asked for
 * @property {string[]} messages sentences about what was done
 * @property {number | null} end in time steps, where it does not end with its last note
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
 * @property {boolean} original whether the own tune is heard as it was
 * @property {number} begun counts up when playing shall begin again
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
 * @property {number} nextSeed of the melodies that the buttons draw
 * @property {boolean} ready whether the networks can be asked
 * @property {boolean} held whether something is being dragged
 * @property {Mode | null} waiting what has been computed for long enough to say so
 * @property {string} problem a sentence; empty if there is none
 * @property {string} notice a sentence for everybody, soon forgotten
 * @property {Favorite[]} favorites
 *
 * @typedef {{ title: string, work: Work, tempo: number | null, timbre: string | null }} Favorite
 */

/**
 * Holds the state and tells of changes.
 */
export class Store {
  /** @param {State} state */
  constructor(state) {
    this.state = state;
    /** @type {{ tell: (state: State, before: State | null) => void, seen: State | null }[]} */
    this.subscribers = [];
  }

  /**
   * Tell a function of every change from now on, and of the state as it is.
   *
   * @param {(state: State, before: State | null) => void} tell
   */
  subscribe(tell) {
    this.subscribers.push({ tell, seen: null });
    this.tellAll();
  }

  /**
   * Take an action: a function that makes the next state of the present one.
   *
   * @template {unknown[]} T
   * @param {(state: State, ...values: T) => State} action
   * @param {T} values
   */
  act(action, ...values) {
    this.state = action(this.state, ...values);
    this.tellAll();
  }

  /** Tell every subscriber what it has not seen; one that acts makes the others see the newest state alone. */
  tellAll() {
    for (const subscriber of this.subscribers) {
      const { seen } = subscriber;
      if (seen === this.state) continue;
      subscriber.seen = this.state;
      subscriber.tell(this.state, seen);
    }
  }
}
