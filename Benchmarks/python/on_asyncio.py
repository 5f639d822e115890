"""The workloads through asyncio's streams: coroutines that wait."""

import asyncio

from bench import *


async def connect():
    return await asyncio.open_unix_connection(PATH)


async def ask(reader, writer, number):
    writer.write(MESSAGES[number & 1])
    check_reply(await reader.readexactly(SIZE), number)


async def ask_all(clients, number):
    for _, writer in clients:
        writer.write(MESSAGES[number & 1])
    for reader, _ in clients:
        check_reply(await reader.readexactly(SIZE), number)


async def echo(reader, writer):
    echoed = 0
    while message := await reader.read(65536):
        writer.write(message)
        echoed += len(message)
    writer.close()
    return echoed


async def ask_rounds():
    reader, writer = await connect()
    clock = Clock()
    for number in range(COUNT):
        await ask(reader, writer, number)
    clock.print_rate()
    writer.close()


async def send_stream():
    _, writer = await connect()
    for _ in range(COUNT):
        writer.write(STREAM_MESSAGE)
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def receive_stream(reader, writer):
    clock, received = Clock(), 0
    while piece := await reader.read(65536):
        check_piece(piece, received)
        received += len(piece)
    clock.print_rate(received / SIZE)
    writer.close()
    return received


async def converse(number):
    """A conversation is one message and its echo or, without bytes, the server's closing."""
    reader, writer = await connect()
    if SIZE:
        await ask(reader, writer, number)
    elif await reader.read(1):
        raise ValueError("bytes that nobody sent")
    writer.close()
    await writer.wait_closed()


async def converse_all():
    clock = Clock()
    for number in range(COUNT):
        await converse(number)
    clock.print_rate()


async def end_conversation(reader, writer):
    if SIZE:
        return await echo(reader, writer)
    writer.close()
    return 1


async def crowd():
    clients, accepted = [], asyncio.Queue()

    async def take(reader, writer):
        accepted.put_nowait(None)
        await echo(reader, writer)

    server = await asyncio.start_unix_server(take, PATH)
    pause_at("idle")
    clock = Clock()
    for _ in range(COUNT):
        clients.append(await connect())
        await accepted.get()
    clock.print_rate(word="connect")
    pause_at("connected")
    clock = Clock()
    for number in range(CROWD_ROUNDS):
        await ask_all(clients, number)
    clock.print_rate(CROWD_ROUNDS * COUNT, "echo")
    for _, writer in clients:
        writer.close()
    server.close()


async def ask_lines():
    reader, writer = await connect()
    clock = Clock()
    for _ in range(COUNT // SIZE):
        writer.write(BATCH)
        for _ in range(SIZE):
            check_line(await reader.readline(), b"PONG\n")
    clock.print_rate()
    writer.close()


async def answer_lines(reader, writer):
    served = 0
    while line := await reader.readline():
        check_line(line, b"PING\n")
        writer.write(b"PONG\n")
        served += 1
    writer.close()
    return served


async def serve(connection_serves, connections=1):
    """Serves so many connections, and says how much in all."""
    ended = asyncio.Queue()

    async def take(reader, writer):
        ended.put_nowait(await connection_serves(reader, writer))

    server = await asyncio.start_unix_server(take, PATH)
    say("ready")
    say("served", sum([await ended.get() for _ in range(connections)]))
    server.close()


async def in_one_thread(connection_serves, play):
    ended = asyncio.Event()

    async def take(reader, writer):
        await connection_serves(reader, writer)
        ended.set()

    server = await asyncio.start_unix_server(take, PATH)
    await play()
    await ended.wait()
    server.close()


asyncio.run(
    {
        "roundtrips server": lambda: serve(echo),
        "roundtrips client": ask_rounds,
        "roundtrips both": lambda: in_one_thread(echo, ask_rounds),
        "stream server": lambda: serve(receive_stream),
        "stream client": send_stream,
        "stream both": lambda: in_one_thread(receive_stream, send_stream),
        "conversations server": lambda: serve(end_conversation, COUNT),
        "conversations client": converse_all,
        "conversations both": lambda: in_one_thread(end_conversation, converse_all),
        "crowd both": crowd,
        "lines server": lambda: serve(answer_lines),
        "lines client": ask_lines,
    }[f"{WORKLOAD} {ROLE}"]()
)
