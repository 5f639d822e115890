"""The workloads through Python's own sockets with blocking calls.

They have no event loop; with both ends in one thread each end reads when it knows that something is
there.
"""

import socket

from bench import *


def listen():
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(PATH)
    listener.listen(128)
    return listener


def connect():
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(PATH)
    return connection


def accept(listener):
    return listener.accept()[0]


def receive(connection):
    """The next whole message, or nothing at the end."""
    message = connection.recv(SIZE)
    while message and len(message) < SIZE:
        message += connection.recv(SIZE - len(message))
    return message


def ask(connection, number):
    connection.sendall(MESSAGES[number & 1])
    check_reply(receive(connection), number)


def echo(connection):
    echoed = 0
    while message := receive(connection):
        connection.sendall(message)
        echoed += len(message)
    connection.close()
    return echoed


def ask_rounds():
    with connect() as connection:
        clock = Clock()
        for number in range(COUNT):
            ask(connection, number)
        clock.print_rate()


def round_trips_in_turn():
    listener = listen()
    client, server = connect(), accept(listener)
    clock = Clock()
    for number in range(COUNT):
        client.sendall(MESSAGES[number & 1])
        server.sendall(receive(server))
        check_reply(receive(client), number)
    clock.print_rate()


def send_stream():
    with connect() as connection:
        for _ in range(COUNT):
            connection.sendall(STREAM_MESSAGE)


def receive_stream(connection):
    clock, received = Clock(), 0
    while piece := connection.recv(65536):
        check_piece(piece, received)
        received += len(piece)
    clock.print_rate(received / SIZE)
    return received


def stream_in_turn():
    listener = listen()
    client, server = connect(), accept(listener)
    clock, received = Clock(), 0
    for number in range(1, COUNT + 1):
        client.sendall(STREAM_MESSAGE)
        while received < number * SIZE:
            piece = server.recv(65536)
            check_piece(piece, received)
            received += len(piece)
    clock.print_rate()


def finish_conversation(connection):
    if connection.recv(1):
        raise ValueError("bytes that nobody sent")
    connection.close()


def converse_all():
    """A conversation is one message and its echo or, without bytes, the server's closing."""
    clock = Clock()
    for number in range(COUNT):
        connection = connect()
        if SIZE:
            ask(connection, number)
            connection.close()
        else:
            finish_conversation(connection)
    clock.print_rate()


def serve_conversations(listener):
    served = 0
    for _ in range(COUNT):
        connection = accept(listener)
        if SIZE:
            served += echo(connection)
        else:
            served += 1
            connection.close()
    return served


def conversations_in_turn():
    listener = listen()
    clock = Clock()
    for _ in range(COUNT):
        client = connect()
        accept(listener).close()
        finish_conversation(client)
    clock.print_rate()


def echo_on_all(pairs, number):
    for client, _ in pairs:
        client.sendall(MESSAGES[number & 1])
    for _, server in pairs:
        server.sendall(receive(server))
    for client, _ in pairs:
        check_reply(receive(client), number)


def crowd():
    listener = listen()
    pause_at("idle")
    clock = Clock()
    pairs = [(connect(), accept(listener)) for _ in range(COUNT)]
    clock.print_rate(word="connect")
    pause_at("connected")
    clock = Clock()
    for number in range(CROWD_ROUNDS):
        echo_on_all(pairs, number)
    clock.print_rate(CROWD_ROUNDS * COUNT, "echo")


def ask_lines():
    with connect() as connection:
        replies = connection.makefile("rb")
        clock = Clock()
        for _ in range(COUNT // SIZE):
            connection.sendall(BATCH)
            for _ in range(SIZE):
                check_line(replies.readline(), b"PONG\n")
        clock.print_rate()
        replies.close()


def answer_lines(connection):
    served = 0
    for line in connection.makefile("rb"):
        check_line(line, b"PING\n")
        connection.sendall(b"PONG\n")
        served += 1
    return served


def serve(listener_serves):
    listener = listen()
    say("ready")
    say("served", listener_serves(listener))


def serve_one(connection_serves):
    serve(lambda listener: connection_serves(accept(listener)))


{
    "roundtrips server": lambda: serve_one(echo),
    "roundtrips client": ask_rounds,
    "roundtrips both": round_trips_in_turn,
    "stream server": lambda: serve_one(receive_stream),
    "stream client": send_stream,
    "stream both": stream_in_turn,
    "conversations server": lambda: serve(serve_conversations),
    "conversations client": converse_all,
    "conversations both": conversations_in_turn,
    "crowd both": crowd,
    "lines server": lambda: serve_one(answer_lines),
    "lines client": ask_lines,
}[f"{WORKLOAD} {ROLE}"]()
