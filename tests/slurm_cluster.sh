#!/bin/sh
# SPDX-License-Identifier: MIT
# A Slurm cluster of two nodes on this machine, for the tests: slurm_cluster.sh start|stop FOLDER, or
# kill|revive FOLDER NODE. All of it listens on loopback and keeps its files in FOLDER; clients find it by
# SLURM_CONF=FOLDER/slurm.conf.
set -eu
verb=$1 folder=$2 node=${3-}
export SLURM_CONF="$folder/slurm.conf" LC_ALL=C

# A free port: asks the kernel for one.
port() {
    node -e 's = require("net").createServer().listen(0, "127.0.0.1", () => {
        console.log(s.address().port); s.close() })'
}

configure() {
    mkdir -p "$folder/state" "$folder/log"
    chmod 700 "$folder"
    host=$(hostname -s)
    cat >"$SLURM_CONF" <<END
ClusterName=banyan
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(port)
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool.%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.%n.pid
SlurmctldLogFile=$folder/log/slurmctld
SlurmdLogFile=$folder/log/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,batch_sched_delay=0,requeue_delay=0
ReturnToService=2
SlurmctldTimeout=10
SlurmdTimeout=5
KillWait=2
MinJobAge=2
NodeName=oak NodeHostname=$host NodeAddr=127.0.0.1 Port=$(port) CPUs=2 State=UNKNOWN
NodeName=elm NodeHostname=$host NodeAddr=127.0.0.1 Port=$(port) CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
}

# Waits until a command succeeds, half a minute at most.
await() {
    for _ in $(seq 150); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.2
    done
    echo "slurm_cluster: this did not succeed: $*" >&2
    tail -n 20 "$folder"/log/* >&2
    return 1
}

both_idle() { [ "$(sinfo --noheader --Node --format=%t | grep -c idle)" -eq 2 ]; }

start() {
    configure
    dd if=/dev/urandom of="$folder/munge.key" bs=1024 count=1 2>/dev/null
    chmod 600 "$folder/munge.key"
    munged --force --socket="$folder/munge.socket" --key-file="$folder/munge.key" --num-threads=1 \
        --pid-file="$folder/munged.pid" --log-file="$folder/log/munged" --seed-file="$folder/munge.seed"
    slurmctld -c
    slurmd -N oak
    slurmd -N elm
    await both_idle
}

end() {
    pid=$(cat "$folder/$1.pid" 2>/dev/null) || return 0
    kill "-${2-TERM}" "$pid" 2>/dev/null || return 0
    for _ in $(seq 100); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
}

# What a node that lost its power leaves: neither its daemon nor its jobs.
kill_node() {
    for program in $(pgrep -f "slurmstepd: .*" || true); do
        if tr '\0' '\n' <"/proc/$program/environ" 2>/dev/null | grep -q "^SLURMD_NODENAME=$node$"; then
            pkill -KILL -P "$program" || true
            kill -KILL "$program" 2>/dev/null || true
        fi
    done
    end "slurmd.$node" KILL
}

case $verb in
    start) start ;;
    stop)
        scancel --user=root 2>/dev/null || true
        for daemon in slurmd.oak slurmd.elm slurmctld munged; do end "$daemon"; done
        ;;
    kill) kill_node ;;
    revive) slurmd -N "$node" ;;
esac
