"""Page intents: which messages one person is to get when a level is reached."""

from activities.delivery.provider import supports
from activities.payloads import IntendInput
from events.configuration.responder import responder_decider
from events.delivery.events import PAGE, IntendedDelivery
from events.ids import ResponderId, delivery_id_for, responder_stream
from events.loading import load
from events.log.store import Log


async def deliveries_to(
    log: Log, task: IntendInput, responder_id: ResponderId
) -> list[IntendedDelivery]:
    """Return one delivery for each contact method of the person that pages go over.

    Raises: LogFault.
    """
    responder, _ = await load(log, responder_decider, responder_stream(responder_id))
    return [
        IntendedDelivery(
            delivery_id=delivery_id_for(
                task.page_id, task.step.round, task.step.level, responder_id, method.channel, number
            ),
            responder_id=responder_id,
            channel=method.channel,
            address=number,
        )
        for number, method in enumerate(responder.contact_methods if responder else ())
        if supports(method.channel, PAGE)
    ]
