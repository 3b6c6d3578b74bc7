using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Etalon.Tests.Dicom.Web;

/// <summary>A server on loopback that answers with any bytes. It closes the connection after each answer.</summary>
internal sealed class HostileServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly Func<string, Stream, Task> answer;

    /// <param name="answer">Gets the request's head and the connection to write to.</param>
    public HostileServer(Func<string, Stream, Task> answer)
    {
        this.answer = answer;
        listener.Start();
        _ = ListenAsync();
    }

    /// <param name="answer">Gives head and body for a request's head.</param>
    public HostileServer(Func<string, byte[]> answer)
        : this((head, connection) => connection.WriteAsync(answer(head)).AsTask())
    {
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/dicom-web");

    /// <summary>Heads of all requests.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static byte[] Answer(string head, byte[]? body = null) =>
        [.. Encoding.Latin1.GetBytes($"HTTP/1.1 {head}\r\nContent-Length: {body?.Length ?? 0}\r\nConnection: close\r\n\r\n"), .. body ?? []];

    public static byte[] Json(string json) => Answer("200 OK\r\nContent-Type: application/dicom+json", Encoding.UTF8.GetBytes(json));

    /// <summary>A listing of one object for any query, one page long.</summary>
    public static byte[] Listing(string request) => !request.Contains("offset=0", StringComparison.Ordinal)
        ? Json("[]")
        : Json("""[{"0020000D":{"vr":"UI","Value":["1.2"]},"0020000E":{"vr":"UI","Value":["1.3"]},"00080018":{"vr":"UI","Value":["1.4"]}}]""");

    public void Dispose()
    {
        end.Cancel();
        listener.Dispose();
        end.Dispose();
    }

    private async Task ListenAsync()
    {
        var token = end.Token;
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var head = new StringBuilder();
                var buffer = new byte[4096];
                while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    var read = await stream.ReadAsync(buffer);
                    if (read == 0)
                    {
                        return;
                    }

                    head.Append(Encoding.Latin1.GetString(buffer, 0, read));
                }

                Requests.Enqueue(head.ToString());
                await answer(head.ToString(), stream);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
            }
        }
    }
}
