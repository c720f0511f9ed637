/**
 * The page's calls to the thread that runs the networks.
 */

/**
 * @typedef {object} Call A call that waits for its answer.
 * @property {(result: any) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {(part: any) => void} show
 */

export class Client {
  /** @param {string} source the thread's script */
  constructor(source) {
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.worker = new Worker(address);
    /** @type {Map<number, Call>} */
    this.open = new Map();
    /** @type {{ [lane: string]: { busy: boolean, waiting: ((isNewest: boolean) => void) | null } }} */
    this.lanes = {};
    this.count = 0;
    this.worker.onmessage = ({ data: { id, part, result, error } }) => {
      const call = this.open.get(id);
      if (part !== undefined) {
        call?.show(part);
        return;
      }
      this.open.delete(id);
      if (error === undefined) call?.resolve(result);
      else call?.reject(new Error(error));
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      const failure = new Error(`The networks' thread has stopped: ${event.message}`);
      for (const call of this.open.values()) call.reject(failure);
      this.open.clear();
    };
  }

  /**
   * Ask for something, and wait for it.
   *
   * @param {string} method of the workshop
   * @param {unknown[]} args
   * @returns {Promise<any>}
   */
  ask(method, ...args) {
    return this.follow(() => {}, method, ...args);
  }

  /**
   * Ask for something, and receive it piece by piece as it grows.
   *
   * @param {(part: any) => void} show
   * @param {string} method of the workshop
   * @param {unknown[]} args
   * @returns {Promise<any>} the whole result; null if a later call has replaced this one
   */
  follow(show, method, ...args) {
    this.count += 1;
    const id = this.count;
    return new Promise((resolve, reject) => {
      this.open.set(id, { resolve, reject, show });
      this.worker.postMessage({ id, method, args });
    });
  }

  /**
   * Ask for something that a later call of the same method makes needless. At most one such call is being computed; of
   * those that wait, only the newest is.
   *
   * @param {string} method
   * @param {unknown[]} args
   * @returns {Promise<any>} null if a later call has replaced this one
   */
  async newest(method, ...args) {
    const lane = (this.lanes[method] ??= { busy: false, waiting: null });
    if (lane.busy) {
      const isNewest = await new Promise((resolve) => {
        lane.waiting?.(false);
        lane.waiting = resolve;
      });
      if (!isNewest) return null;
    }
    lane.busy = true;
    try {
      return await this.ask(method, ...args);
    } finally {
      const next = lane.waiting;
      lane.waiting = null;
      lane.busy = next !== null; // the next call starts at once
      next?.(true);
    }
  }
}
