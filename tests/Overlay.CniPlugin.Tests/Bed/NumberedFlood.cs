using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Overlay.Netlink;

namespace Overlay.CniPlugin.Tests.Bed;

/// <summary>A pod that sends numbered datagrams to another one, whatever becomes of it, and what of them the other one hears.</summary>
internal sealed class NumberedFlood : IDisposable
{
    private readonly Socket _mouth;
    private readonly Socket _ear;
    private readonly Thread[] _threads;
    private volatile bool _ended;
    private long _sent;
    private long _heard;

    private NumberedFlood(Socket mouth, Socket ear)
    {
        (_mouth, _ear) = (mouth, ear);
        _ear.ReceiveTimeout = 50;
        _threads = [new Thread(Send) { IsBackground = true }, new Thread(Hear) { IsBackground = true }];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>The highest number that may have been sent by now.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>The highest number that was heard.</summary>
    public long Heard => Interlocked.Read(ref _heard);

    public static NumberedFlood Start(NetworkNamespace from, string source, NetworkNamespace to, string destination, int port = 5000)
    {
        var ear = to.Run(() => Bound(destination, port));
        var mouth = from.Run(() => Bound(source, 0));
        mouth.Connect(new IPEndPoint(IPAddress.Parse(destination), port));
        return new NumberedFlood(mouth, ear);
    }

    public static Socket Bound(string address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        return socket;
    }

    public void Dispose()
    {
        _ended = true;
        foreach (var thread in _threads)
            thread.Join();
        _mouth.Dispose();
        _ear.Dispose();
    }

    private void Send()
    {
        var datagram = new byte[8];
        while (!_ended)
        {
            BinaryPrimitives.WriteInt64BigEndian(datagram, Interlocked.Increment(ref _sent));
            try
            {
                _mouth.Send(datagram);
            }
            catch (SocketException)
            {
                // Its kernel refuses, for the device has lost its carrier: tried on.
            }

            Thread.Yield();
        }
    }

    private void Hear()
    {
        var datagram = new byte[8];
        while (!_ended)
        {
            try
            {
                if (_ear.Receive(datagram) == datagram.Length)
                    Interlocked.Exchange(ref _heard, Math.Max(Heard, BinaryPrimitives.ReadInt64BigEndian(datagram)));
            }
            catch (SocketException)
            {
                // Nothing came for a moment.
            }
        }
    }
}
