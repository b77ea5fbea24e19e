namespace PaymentGateway.Webhooks;

/// <summary>What may be claimed now: the lanes whose room is not the usual one, and the room in all.</summary>
internal sealed record LaneRooms(string[] Lanes, int[] Rooms, bool[] Failing, int ForFailing, int InAll);

/// <summary>
/// How many deliveries this process has under way, by receiver. A receiver that fails gets one at a time, and all failing ones together
/// at most half of the places: however many of them hang, the others are served.
/// </summary>
internal sealed class Lanes
{
    internal const int RoomHealthy = 8;

    private const int RoomFailing = 1;
    private const int RoomInAll = 128;

    /// <summary>Failing lanes that are remembered; when there are more, the rest is found out again.</summary>
    private const int RememberedMax = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Lane> lanes = new(StringComparer.Ordinal);
    private int underWay;

    public LaneRooms Rooms()
    {
        lock (gate)
        {
            var failingUnderWay = lanes.Values.Sum(lane => lane.IsFailing ? lane.UnderWay : 0);
            var known = lanes.ToArray();
            return new(
                Array.ConvertAll(known, lane => lane.Key),
                Array.ConvertAll(known, lane => Math.Max(0, (lane.Value.IsFailing ? RoomFailing : RoomHealthy) - lane.Value.UnderWay)),
                Array.ConvertAll(known, lane => lane.Value.IsFailing),
                ForFailing: Math.Max(0, (RoomInAll / 2) - failingUnderWay),
                InAll: RoomInAll - underWay);
        }
    }

    public void Start(string name)
    {
        lock (gate)
        {
            underWay++;
            var lane = lanes.GetValueOrDefault(name);
            lanes[name] = lane with { UnderWay = lane.UnderWay + 1 };
        }
    }

    /// <param name="succeeded">Null when nothing was sent: then it says nothing about the receiver.</param>
    public void Finish(string name, bool? succeeded)
    {
        lock (gate)
        {
            underWay--;
            var lane = lanes[name];
            var left = new Lane(lane.UnderWay - 1, IsFailing: succeeded is { } success ? !success : lane.IsFailing);
            if (left.UnderWay == 0 && (!left.IsFailing || lanes.Count > RememberedMax))
            {
                lanes.Remove(name);
            }
            else
            {
                lanes[name] = left;
            }
        }
    }

    private readonly record struct Lane(int UnderWay, bool IsFailing);
}
