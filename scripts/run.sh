#!/usr/bin/env bash
# One sample day in windows: a centre, an entrance, a certificate desk, and a sample scanner to click vouchers into
# them. Ends, and ends all of them, on Ctrl-C or when the sample scanner's window is closed.
#
#   UKETSUKE_PORT   the console's port (8710); the kiosks' is the next one
set -euo pipefail
cd "$(dirname "$0")/.."

PORT=${UKETSUKE_PORT:-8710}
SYNC_PORT=$((PORT + 1))
RUN=target/run
LOGS=$RUN/log
CENTRE=$RUN/centre
ENTRANCE=$RUN/entrance
DESK=$RUN/desk
STAMP=$RUN/made-for
CENTER_BIN=target/debug/uketsuke-center
KIOSK_BIN=target/debug/uketsuke-kiosk
MUNICIPALITY=132080

fail() { printf 'run: %s\n' "$*" >&2; exit 1; }

if [ -z "${DISPLAY:-}" ]; then
    if [ -n "${WAYLAND_DISPLAY:-}" ]; then
        echo "run: there is a Wayland display and no X11 display (DISPLAY); the windows need X11, for example Xwayland."
    else
        echo "run: there is no display (DISPLAY is not set)."
    fi
    echo "run: playing the demo without windows instead: make demo"
    exec "${MAKE:-make}" demo
fi

mkdir -p "$RUN" "$LOGS"
exec 9>"$RUN/lock"
flock --nonblock 9 || fail "it is running already (the lock is $RUN/lock)"

# Bookings are for today, so a new day needs a new sample. The day is Japan's, wherever this runs.
make_sample() {
    rm -rf "$CENTRE" "$ENTRANCE" "$DESK" "$RUN/sample" "$STAMP"
    "$CENTER_BIN" sample --municipality "$MUNICIPALITY" --residents 5000 --seed 1 --day "$today" --out "$RUN/sample"
    "$CENTER_BIN" init --dir "$CENTRE" --municipality "$MUNICIPALITY" --name 見本市
    "$CENTER_BIN" import --dir "$CENTRE" "$RUN"/sample/*.csv
    enrol 受付1 entrance-staffed S01 "$ENTRANCE"
    enrol 接種済証1 certificate-desk S02 "$DESK" --booth 3
    printf '%s\n' "$made_for" >"$STAMP"
}

enrol() {
    local name=$1 station=$2 staff=$3 folder=$4
    shift 4
    "$CENTER_BIN" enrol --dir "$CENTRE" --name "$name" --venue 001 --station "$station" --staff "$staff" "$@" \
        --url "127.0.0.1:$SYNC_PORT" --listen 127.0.0.1:0 --discover this-machine --scanner "$PWD/$folder-scanner" --out "$folder"
}

today=$(TZ=JST-9 date +%F)
made_for="$today $PORT $PWD"
if [ "$(cat "$STAMP" 2>/dev/null || true)" = "$made_for" ]; then
    echo "run: going on with the sample of $today in $RUN (delete the folder to begin anew)"
else
    echo "run: making a sample of $today in $RUN"
    RUST_LOG=${RUST_LOG:-warn} make_sample
fi

pids=()
cleanup() {
    trap - EXIT INT TERM
    local pid
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    echo "run: ended"
}
trap cleanup EXIT
trap 'exit 0' INT     # the documented way to end
trap 'exit 143' TERM

# Starts a program in the background, its output in a log of its own; its id is in $started.
start() {
    local log=$1
    shift
    "$@" >"$LOGS/$log.log" 2>&1 9>&- &
    started=$!
    pids+=("$started")
}

# Ends with the log, and what else can be done, when a program that should be running is not.
must_run() {
    local pid=$1 log=$2 hint=$3
    kill -0 "$pid" 2>/dev/null && return
    tail -n 5 "$LOGS/$log.log" >&2
    fail "$log did not start; its output is in $LOGS/$log.log. $hint"
}

start centre "$CENTER_BIN" serve --dir "$CENTRE" --listen "127.0.0.1:$PORT" --sync "127.0.0.1:$SYNC_PORT"
centre=$started
for _ in $(seq 100); do
    grep -q "http://127.0.0.1:$PORT/" "$LOGS/centre.log" && break
    must_run "$centre" centre "Another port: UKETSUKE_PORT=8720 make run"
    sleep 0.1
done
grep -q "http://127.0.0.1:$PORT/" "$LOGS/centre.log" || fail "the centre does not answer; see $LOGS/centre.log"

start entrance "$KIOSK_BIN" run --dir "$ENTRANCE"
entrance=$started
start desk "$KIOSK_BIN" run --dir "$DESK"
desk=$started
start sample-scanner "$KIOSK_BIN" sample-scanner --cast "$RUN/sample/cast.json" \
    --to "受付=$PWD/$ENTRANCE-scanner" --to "接種済証=$PWD/$DESK-scanner"
scanner=$started
no_windows="Without windows: make demo"
sleep 2
must_run "$entrance" entrance "$no_windows"
must_run "$desk" desk "$no_windows"
must_run "$scanner" sample-scanner "$no_windows"

cat <<BOX

  +------------------------------------------------------------------+
     管理画面 (console)   http://127.0.0.1:$PORT/

     受付1 と 接種済証1 の画面が開いています。
     「見本の読取機」の窓で接種券を押すと、読み取られます。
     終了: Ctrl-C、または見本の読取機の窓を閉じる

     Two kiosks are open. Click a voucher in the sample scanner's
     window to scan it. To end: Ctrl-C, or close that window.
     Logs: $LOGS
  +------------------------------------------------------------------+

BOX

wait "$scanner" || true
