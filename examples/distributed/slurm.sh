#!/bin/sh
#SBATCH --job-name=parley-fuzz
#SBATCH --array=1-16
#SBATCH --time=01:10:00
#SBATCH --cpus-per-task=1
#SBATCH --requeue
# A Slurm array of 16 workers: sbatch examples/distributed/slurm.sh SCRIPT DIRECTORY
#
# The directory lies on a file system that all of them see. A job that Slurm starts again goes on
# where it was.
set -eu

script=$1 directory=$2
resume=
if [ "${SLURM_RESTART_COUNT:-0}" -gt 0 ]; then resume=--resume; fi

# shellcheck disable=SC2086  # it is one word or none
exec parley fuzz "$script" --shard auto --output "$directory" --time 60m $resume
